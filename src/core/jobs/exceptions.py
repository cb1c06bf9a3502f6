from core import exceptions


class JobNotFound(exceptions.NotFound):
    """There is no such dead job."""
