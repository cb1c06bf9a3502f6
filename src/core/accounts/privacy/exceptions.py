from core import exceptions


class ExportNotFound(exceptions.NotFound):
    """There is no such export."""


class NotPendingDeletion(exceptions.Conflict):
    """This account is not about to be deleted."""
