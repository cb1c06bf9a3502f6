from pydantic import Field

from core.models import Model


class ListDeadJobs(Model):
    limit: int = Field(default=25, ge=1, le=100)


class RetryJob(Model):
    job_id: int
