"""What lies somewhere as bytes."""

from pydantic import Field

from core.models import Model


class StoredBox(Model):
    """An encrypted secret where it lies; `key` names the place, in the order of all."""

    key: str
    box: bytes = Field(repr=False)


class StoredAnswer(Model):
    """What an idempotent request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes
