"""What the product team runs by itself, over HTTP."""

from entrypoints.http.management import collections, many_records, records

ROUTERS = (
    collections.router,
    many_records.many,
    many_records.files,
    records.lists,
    records.router,
)
