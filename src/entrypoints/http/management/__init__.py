from entrypoints.http.management import audit, jobs, operations, settings

ROUTERS = (
    settings.organization,
    settings.mine,
    settings.system,
    operations.router,
    jobs.router,
    audit.organization,
    audit.platform,
)

__all__ = ("ROUTERS",)
"""What the product team runs by itself, over HTTP."""

from entrypoints.http.management import collections, many_records, records

ROUTERS = (
    collections.router,
    many_records.many,
    many_records.files,
    records.lists,
    records.router,
)
