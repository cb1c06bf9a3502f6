from typing import Protocol

from core.jobs.models import DeadJob


class DeadJobs(Protocol):
    async def page(self, *, limit: int) -> list[DeadJob]:
        """Return those that failed for good, the newest first."""

    async def revive(self, job_id: int) -> None:
        """Have one tried again, at once; raise JobNotFound if it is not among them."""
