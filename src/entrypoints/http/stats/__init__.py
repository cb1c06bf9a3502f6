"""Events in, numbers out, over HTTP."""

from entrypoints.http.stats import alerts, asking, events, meters

ROUTERS = (events.router, asking.router, meters.router, alerts.router)
