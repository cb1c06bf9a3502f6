"""The one language of lists: conditions, order, pages and counts, for whatever is listed."""

from core.listing.fields import Field, Kind, Value
from core.listing.operators import Op, Refused
from core.listing.requests import Asked, ListRequest, Lists, WholeList
from core.listing.rows import (
    EVERYTHING,
    NEWEST,
    Condition,
    Found,
    Listing,
    Place,
    SortKey,
    Window,
    applied,
    newest,
)

__all__ = (
    "EVERYTHING",
    "NEWEST",
    "Asked",
    "Condition",
    "Field",
    "Found",
    "Kind",
    "ListRequest",
    "Listing",
    "Lists",
    "Op",
    "Place",
    "Refused",
    "SortKey",
    "Value",
    "WholeList",
    "Window",
    "applied",
    "newest",
)
