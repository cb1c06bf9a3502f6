"""The accounts module's ports, in plain SQL."""

from adapters.postgres.accounts.api_keys import ApiKeys
from adapters.postgres.accounts.invitations import Invitations
from adapters.postgres.accounts.memberships import Memberships
from adapters.postgres.accounts.one_time_tokens import OneTimeTokens
from adapters.postgres.accounts.organizations import Organizations
from adapters.postgres.accounts.roles import Roles
from adapters.postgres.accounts.sessions import Sessions
from adapters.postgres.accounts.signing_keys import SigningKeys
from adapters.postgres.accounts.users import Users

__all__ = (
    "ApiKeys",
    "Invitations",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Roles",
    "Sessions",
    "SigningKeys",
    "Users",
)
