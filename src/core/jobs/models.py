from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from core.models import Model

type JobStatus = Literal["waiting", "running", "failed", "cancelled"]


class QueuedJob(Model):
    """A job that is not done: one that succeeds is forgotten.

    `failed`: nobody tries again until told to. `due_at`: not before; `moved_at`: when its status
    changed last, as far as is known.
    """

    id: int
    name: str
    queue: str
    status: JobStatus
    attempts: int
    lock: str | None = None
    due_at: datetime | None = None
    created_at: datetime | None = None
    moved_at: datetime | None = None
    payload: dict[str, Any] = Field(repr=False)


class JobFilter(Model):
    """Which jobs: all conditions that are given must hold."""

    status: JobStatus | None = None
    name: str | None = Field(default=None, max_length=128, examples=["mails.send"])
    queue: str | None = Field(default=None, max_length=128)


class JobNumbers(Model):
    """How many jobs there are; of those that failed, how many were mails."""

    waiting: int
    running: int
    failed: int
    mails_failed: int
