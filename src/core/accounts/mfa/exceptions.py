from core import exceptions


class MfaInvalidCode(exceptions.Unauthenticated):
    """This code is wrong, or was used already."""


class TotpAlreadyEnabled(exceptions.Conflict):
    """An authenticator app is set up already: remove it first."""


class TotpNotEnabled(exceptions.Conflict):
    """No authenticator app is set up."""
