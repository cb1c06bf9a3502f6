"""The ports of the accounts module, a line each."""

import os

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import oidc, outbound, postgres, security
from containers.kernel import Kernel
from core.accounts import constants as accounts_constants
from core.accounts import ports as accounts
from core.accounts.api_keys import ports as keys
from core.accounts.closing import ports as closing
from core.accounts.config import AccountsConfig
from core.accounts.mfa import ports as mfa
from core.accounts.passkeys import ports as passkeys_ports
from core.accounts.permissions import registered
from core.accounts.privacy import ports as privacy
from core.accounts.sso import ports as sso
from core.billing import constants as billing_constants
from core.management.collections import constants as collections_constants
from core.management.flags import constants as flags_constants
from core.management.records import constants as records_constants
from core.management.settings import constants as settings_constants
from core.models import Permission
from core.stats import constants as stats_constants
from core.storage import constants as storage_constants
from core.telemetry import Metrics
from core.webhooks import constants as webhooks_constants
from settings import Settings


def _hasher(settings: Settings, metrics: Metrics) -> security.Argon2Hasher:
    slots = settings.hash_slots or max(1, (os.cpu_count() or 1) - 1)
    return security.Argon2Hasher(metrics, slots=slots)


def _accounts_config(settings: Settings) -> AccountsConfig:
    return AccountsConfig(
        issuer=settings.public_url,
        product_name=settings.product_name,
        sso_return_urls=settings.sso_return_urls,
    )


def _web_authn(settings: Settings) -> security.WebAuthn:
    return security.WebAuthn(
        name=settings.product_name,
        rp_id=settings.relying_party_id,
        origins=settings.relying_party_origins,
    )


def together[P](*parts: P) -> tuple[P, ...]:
    return parts


class Accounts(Kernel):
    """People, organizations and whatever proves who somebody is."""

    permissions: Provider[tuple[Permission, ...]] = providers.Singleton(
        registered,
        accounts_constants.PERMISSIONS,
        storage_constants.PERMISSIONS,
        billing_constants.PERMISSIONS,
        webhooks_constants.PERMISSIONS,
        stats_constants.PERMISSIONS,
        flags_constants.PERMISSIONS,
        settings_constants.PERMISSIONS,
        collections_constants.PERMISSIONS,
        records_constants.PERMISSIONS,
    )
    """What there is to permit: every module adds its own here, and what makes no sense fails."""

    accounts_config: Provider[AccountsConfig] = providers.Singleton(
        _accounts_config, Kernel.settings
    )
    users: Provider[accounts.Users] = providers.Singleton(postgres.Users, Kernel.database)
    sessions: Provider[accounts.Sessions] = providers.Singleton(postgres.Sessions, Kernel.database)
    one_time_tokens: Provider[accounts.OneTimeTokens] = providers.Singleton(
        postgres.OneTimeTokens, Kernel.database
    )
    organizations: Provider[accounts.Organizations] = providers.Singleton(
        postgres.Organizations, Kernel.database
    )
    memberships: Provider[accounts.Memberships] = providers.Singleton(
        postgres.Memberships, Kernel.database
    )
    invitations: Provider[accounts.Invitations] = providers.Singleton(
        postgres.Invitations, Kernel.database
    )
    roles: Provider[accounts.Roles] = providers.Singleton(postgres.Roles, Kernel.database)
    api_keys: Provider[keys.ApiKeys] = providers.Singleton(postgres.ApiKeys, Kernel.database)
    signing_keys: Provider[accounts.SigningKeys] = providers.Singleton(
        postgres.SigningKeys, Kernel.database
    )
    data_exports: Provider[privacy.DataExports] = providers.Singleton(
        postgres.DataExports, Kernel.database
    )
    departing_users: Provider[privacy.DepartingUsers] = providers.Singleton(
        postgres.DepartingUsers, Kernel.database
    )
    departing_organizations: Provider[closing.DepartingOrganizations] = providers.Singleton(
        postgres.DepartingOrganizations, Kernel.database
    )
    organization_data: Provider[tuple[closing.OrganizationData, ...]] = providers.Singleton(
        together
    )
    account_data: Provider[privacy.PersonalData] = providers.Singleton(
        postgres.AccountData, Kernel.database
    )
    personal_data: Provider[tuple[privacy.PersonalData, ...]] = providers.Singleton(
        together, account_data
    )
    hasher: Provider[accounts.PasswordHasher] = providers.Singleton(
        _hasher, Kernel.settings, Kernel.metrics
    )
    common_passwords: Provider[accounts.CommonPasswords] = providers.Singleton(
        security.CommonPasswords
    )
    key_maker: Provider[accounts.KeyMaker] = providers.Singleton(
        security.KeyMaker, Kernel.secret_box
    )
    access_tokens: Provider[accounts.AccessTokens] = providers.Singleton(
        security.AccessTokens,
        signing_keys,
        Kernel.secret_box,
        Kernel.clock,
        Kernel.ids,
        accounts_config,
    )
    sso_connections: Provider[sso.SsoConnections] = providers.Singleton(
        postgres.SsoConnections, Kernel.database
    )
    sso_transactions: Provider[sso.SsoTransactions] = providers.Singleton(
        postgres.SsoTransactions, Kernel.database
    )
    organization_domains: Provider[sso.OrganizationDomains] = providers.Singleton(
        postgres.OrganizationDomains, Kernel.database
    )
    identities: Provider[sso.Identities] = providers.Singleton(postgres.Identities, Kernel.database)
    credentials: Provider[accounts.Credentials] = providers.Singleton(
        postgres.Credentials, Kernel.database
    )
    totp: Provider[mfa.Totp] = providers.Singleton(security.Totp)
    totp_factors: Provider[mfa.TotpFactors] = providers.Singleton(
        postgres.TotpFactors, Kernel.database
    )
    recovery_codes: Provider[mfa.RecoveryCodes] = providers.Singleton(
        postgres.RecoveryCodes, Kernel.database
    )
    passkeys: Provider[passkeys_ports.Passkeys] = providers.Singleton(
        postgres.Passkeys, Kernel.database
    )
    web_authn: Provider[passkeys_ports.WebAuthn] = providers.Singleton(_web_authn, Kernel.settings)
    login_methods: Provider[accounts.LoginMethods] = providers.Singleton(
        postgres.LoginMethods, Kernel.database
    )

    oidc_client: Provider[sso.OidcClient] = providers.Singleton(
        oidc.OidcClient,
        Kernel.transport,
        Kernel.clock,
        loopback=Kernel.settings.provided.outbound_loopback,
    )
    text_records: Provider[sso.TextRecords] = providers.Singleton(
        outbound.TextRecords, Kernel.settings.provided.dns_server
    )
