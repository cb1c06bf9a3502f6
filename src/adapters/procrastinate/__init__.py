"""Jobs on PostgreSQL: deferred inside the caller's transaction, carried out by workers."""

from adapters.procrastinate.jobs import Jobs, Queue
from adapters.procrastinate.queued_jobs import QueuedJobs
from adapters.procrastinate.worker import Worker

__all__ = ("Jobs", "Queue", "QueuedJobs", "Worker")
