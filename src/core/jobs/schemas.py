from typing import Self
from uuid import UUID

from core.jobs import policies
from core.jobs.models import JobFilter, QueuedJob
from core.models import Model, PageRequest


class ListJobs(PageRequest, JobFilter):
    """Which jobs, and which page of them."""

    @property
    def before(self) -> int | None:
        """The number of the last one of the page before: a cursor holds an id, which it fills."""
        before = self.window()["before"]
        return before.int if before else None


class JobReference(Model):
    job_id: int


class RetryJob(JobReference): ...


class CancelJob(JobReference): ...


class JobView(QueuedJob):
    """A job as it may be shown: of what it was told, nothing that could be a secret."""

    @classmethod
    def of(cls, job: QueuedJob) -> Self:
        return cls(**job.model_dump(exclude={"payload"}), payload=policies.shown(job.payload))

    @property
    def place(self) -> UUID:
        return UUID(int=self.id)
