from typing import Protocol

from core.jobs.models import JobFilter, JobNumbers, QueuedJob


class QueuedJobs(Protocol):
    async def page(
        self, matching: JobFilter, *, limit: int, before: int | None = None
    ) -> list[QueuedJob]:
        """Return some, the newest first."""

    async def get(self, job_id: int) -> QueuedJob | None: ...

    async def revive(self, job_id: int) -> None:
        """Have one tried again, at once.

        Raise JobNotFound, or JobNotFailed if it did not fail for good.
        """

    async def cancel(self, job_id: int) -> None:
        """Have nobody carry it out. Raise JobNotFound, or JobNotWaiting if somebody does or did."""

    async def numbers(self) -> JobNumbers: ...
