"""The accounts module's ports, in plain SQL."""

from adapters.postgres.accounts.account_data import AccountData
from adapters.postgres.accounts.invitations import Invitations
from adapters.postgres.accounts.memberships import Memberships
from adapters.postgres.accounts.one_time_tokens import OneTimeTokens
from adapters.postgres.accounts.organizations import Organizations
from adapters.postgres.accounts.privacy import DataExports, DepartingUsers
from adapters.postgres.accounts.sessions import Sessions
from adapters.postgres.accounts.signing_keys import SigningKeys
from adapters.postgres.accounts.users import Users

__all__ = (
    "AccountData",
    "DataExports",
    "DepartingUsers",
    "Invitations",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Sessions",
    "SigningKeys",
    "Users",
)
