from core import exceptions


class MailRefused(exceptions.Invalid):
    """The mail server refuses this mail for good."""
