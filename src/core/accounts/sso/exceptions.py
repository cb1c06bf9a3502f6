from core import exceptions


class IdpError(exceptions.BadGateway):
    """The sign-in provider did not answer as OpenID Connect says."""


class IdTokenRefused(exceptions.Unauthenticated):
    """What the sign-in provider states can't be believed."""
