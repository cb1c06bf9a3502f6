"""Feature flags over HTTP: as people keep them, and as OFREP asks for them."""

from entrypoints.http.flags import keeping, ofrep

ROUTERS = (keeping.router, keeping.asking, ofrep.router)
