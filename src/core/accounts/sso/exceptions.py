from core import exceptions


class IdpError(exceptions.BadGateway):
    """The sign-in provider did not answer as OpenID Connect says."""


class IdTokenRefused(exceptions.Unauthenticated):
    """What the sign-in provider states can't be believed."""


class ConnectionNotFound(exceptions.NotFound):
    """There is no such sign-in connection."""


class DomainNotFound(exceptions.NotFound):
    """There is no such domain."""


class IdentityNotFound(exceptions.NotFound):
    """There is no such linked identity."""


class ReturnToRefused(exceptions.Malformed):
    """This return address is not one that the installation admits: see CORE_SSO_RETURN_URLS."""


class SsoEmailMissing(exceptions.Forbidden):
    """The sign-in provider does not tell an email address."""


class SsoEmailUntrusted(exceptions.Forbidden):
    """The sign-in provider may not vouch for this email address."""


class SsoSignupDisabled(exceptions.Forbidden):
    """You are not known here: ask for an invitation."""


class IdentityLinkRequired(exceptions.Conflict):
    """An account with this address exists: sign in to it, then link this sign-in."""


class IdentityTaken(exceptions.Conflict):
    """This identity is linked to another account."""


class DomainTaken(exceptions.Conflict):
    """This domain is proven by another organization, or is in the list already."""


class DomainUnproven(exceptions.Conflict):
    """The TXT record is not there yet."""


class PublicMailDomain(exceptions.Invalid):
    """Everybody may have an address in this domain: nobody can own it."""


class LastConnection(exceptions.Conflict):
    """The organization enforces single sign-on: it needs a connection."""


class SsoSessionRequired(exceptions.Forbidden):
    """Sign in through the organization's own connection first, to show that it works."""
