from core import exceptions


class JobNotFound(exceptions.NotFound):
    """There is no such job: what succeeded is forgotten."""


class JobNotFailed(exceptions.Conflict):
    """Only a job that failed is tried again."""


class JobNotWaiting(exceptions.Conflict):
    """Only a job that still waits is cancelled."""
