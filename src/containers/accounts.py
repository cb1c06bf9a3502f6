"""The ports of the accounts module, a line each."""

import os

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres, security
from containers.kernel import Kernel
from core.accounts import constants as accounts_constants
from core.accounts import ports as accounts
from core.accounts.api_keys import ports as keys
from core.accounts.config import AccountsConfig
from core.accounts.permissions import registered
from core.models import Permission
from core.telemetry import Metrics
from settings import Settings


def _hasher(settings: Settings, metrics: Metrics) -> security.Argon2Hasher:
    slots = settings.hash_slots or max(1, (os.cpu_count() or 1) - 1)
    return security.Argon2Hasher(metrics, slots=slots)


def _accounts_config(settings: Settings) -> AccountsConfig:
    return AccountsConfig(issuer=settings.public_url, product_name=settings.product_name)


class Accounts(Kernel):
    """People, organizations and whatever proves who somebody is."""

    permissions: Provider[tuple[Permission, ...]] = providers.Singleton(
        registered, accounts_constants.PERMISSIONS
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
