"""Whose account an identity is: the decision alone, without a look at anything."""

from typing import Literal

from core.accounts.sso import exceptions
from core.exceptions import CoreError
from core.models import Model

type Outcome = Literal["log_in", "create_verified", "create_unverified", "link", "claim"]
type Local = Literal["none", "verified", "unverified"]


class Facts(Model):
    """What the decision stands on.

    `trusted`: the provider may vouch for the address. `local`: the account with that address.
    `tenant`: the connection is an organization's own. `jit`: newcomers are welcome.
    """

    known: bool
    email: bool
    trusted: bool
    local: Local
    tenant: bool
    jit: bool


def decide(facts: Facts) -> Outcome | type[CoreError]:
    """Return what to do, or why not.

    Who is known by issuer and subject signs in, whatever address is told now. Otherwise the address
    decides, but only if it can be believed: else whoever runs a provider could take over anybody's
    account. An account whose address nobody proved may have been opened by a stranger: it is taken
    over whole, without what the stranger put into it.
    """
    if facts.known:
        return "log_in"
    if not facts.email:
        return exceptions.SsoEmailMissing
    if not facts.trusted:
        return _untrusted(facts)
    match facts.local:
        case "verified":
            return "link"
        case "unverified":
            return "claim"
        case "none":
            return "create_verified" if facts.jit else exceptions.SsoSignupDisabled


def _untrusted(facts: Facts) -> Outcome | type[CoreError]:
    if facts.local != "none":
        return exceptions.IdentityLinkRequired
    if facts.tenant:
        return exceptions.SsoEmailUntrusted
    return "create_unverified" if facts.jit else exceptions.SsoSignupDisabled
