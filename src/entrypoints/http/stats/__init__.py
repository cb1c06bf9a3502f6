"""Events in, numbers out, over HTTP."""

from entrypoints.http.stats import alerts, asking, dashboards, events, meters, reports

ROUTERS = (
    events.router,
    asking.router,
    meters.router,
    alerts.router,
    reports.router,
    reports.running,
    dashboards.router,
    dashboards.running,
)
