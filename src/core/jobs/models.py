from typing import Any

from core.models import Model


class DeadJob(Model):
    """A job that nobody tries again until told to."""

    id: int
    name: str
    attempts: int
    payload: dict[str, Any]
