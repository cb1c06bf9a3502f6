from core import exceptions


class LoginCodeInvalid(exceptions.Unauthenticated):
    """This is not the code in the mail."""
