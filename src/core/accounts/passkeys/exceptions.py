from core import exceptions


class PasskeyRefused(exceptions.Unauthenticated):
    """This passkey was not accepted: try again."""

    def __init__(self, reason: str) -> None:
        """Refuse, whatever the reason, in the same words; it is for the audit log alone."""
        super().__init__()
        self.reason = reason


class PasskeyNotFound(exceptions.NotFound):
    """There is no such passkey."""
