"""Jobs on PostgreSQL: deferred inside the caller's transaction, carried out by workers."""

from adapters.procrastinate.jobs import Jobs
from adapters.procrastinate.worker import Worker

__all__ = ("Jobs", "Worker")
