from core import exceptions


class ApiKeySuspended(exceptions.Unauthenticated):
    """This API key rests: whose it is, is suspended or no member any more."""


class ApiKeyNotFound(exceptions.NotFound):
    """There is no such API key."""
