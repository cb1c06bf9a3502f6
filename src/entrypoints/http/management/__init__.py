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
