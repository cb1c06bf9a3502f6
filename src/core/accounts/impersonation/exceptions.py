from core import exceptions


class ImpersonationRefused(exceptions.Forbidden):
    """Nobody may act as this person."""
