"""Jobs on PostgreSQL: deferred inside the caller's transaction, carried out by workers."""

from adapters.procrastinate.dead_jobs import DeadJobs
from adapters.procrastinate.jobs import Jobs, Queue
from adapters.procrastinate.worker import Worker

__all__ = ("DeadJobs", "Jobs", "Queue", "Worker")
