from core.jobs.service.cancel_job import CancelJob
from core.jobs.service.get_job import GetJob
from core.jobs.service.list_jobs import ListJobs
from core.jobs.service.retry_job import RetryJob

__all__ = ("CancelJob", "GetJob", "ListJobs", "RetryJob")
