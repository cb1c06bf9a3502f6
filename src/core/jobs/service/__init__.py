from core.jobs.service.list_dead_jobs import ListDeadJobs
from core.jobs.service.retry_job import RetryJob

__all__ = ("ListDeadJobs", "RetryJob")
