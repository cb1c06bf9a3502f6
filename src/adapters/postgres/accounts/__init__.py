"""The accounts module's ports, in plain SQL."""

from adapters.postgres.accounts.account_data import AccountData
from adapters.postgres.accounts.api_keys import ApiKeys
from adapters.postgres.accounts.credentials import Credentials
from adapters.postgres.accounts.departing_organizations import DepartingOrganizations
from adapters.postgres.accounts.identities import Identities
from adapters.postgres.accounts.invitations import Invitations
from adapters.postgres.accounts.login_methods import LoginMethods
from adapters.postgres.accounts.memberships import Memberships
from adapters.postgres.accounts.one_time_tokens import OneTimeTokens
from adapters.postgres.accounts.organization_domains import OrganizationDomains
from adapters.postgres.accounts.organizations import Organizations
from adapters.postgres.accounts.passkeys import Passkeys
from adapters.postgres.accounts.privacy import DataExports, DepartingUsers
from adapters.postgres.accounts.roles import Roles
from adapters.postgres.accounts.second_factors import RecoveryCodes, TotpFactors
from adapters.postgres.accounts.sessions import Sessions
from adapters.postgres.accounts.signing_keys import SigningKeys
from adapters.postgres.accounts.sso_connections import SsoConnections
from adapters.postgres.accounts.sso_transactions import SsoTransactions
from adapters.postgres.accounts.users import Users

__all__ = (
    "AccountData",
    "ApiKeys",
    "Credentials",
    "DataExports",
    "DepartingOrganizations",
    "DepartingUsers",
    "Identities",
    "Invitations",
    "LoginMethods",
    "Memberships",
    "OneTimeTokens",
    "OrganizationDomains",
    "Organizations",
    "Passkeys",
    "RecoveryCodes",
    "Roles",
    "Sessions",
    "SigningKeys",
    "SsoConnections",
    "SsoTransactions",
    "TotpFactors",
    "Users",
)
