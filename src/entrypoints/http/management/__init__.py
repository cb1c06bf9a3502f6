"""What operators and the product team run by themselves, over HTTP."""

from entrypoints.http.management import (
    audit,
    collections,
    jobs,
    many_records,
    operations,
    records,
    settings,
)

ROUTERS = (
    settings.organization,
    settings.mine,
    settings.system,
    operations.router,
    jobs.router,
    audit.organization,
    audit.platform,
    collections.router,
    many_records.many,
    many_records.files,
    records.lists,
    records.router,
)

__all__ = ("ROUTERS",)
