"""What the product team runs by itself, over HTTP."""

from entrypoints.http.management import collections

ROUTERS = (collections.router,)
