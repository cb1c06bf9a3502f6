"""The one language of lists: conditions, order, pages and counts, for whatever is listed."""

from core.listing.fields import Field, Kind, Value
from core.listing.operators import Op, Refused
from core.listing.requests import Asked, ListRequest, Lists, WholeList
from core.listing.rows import (
    ESTIMATED,
    EVERYTHING,
    NEWEST,
    Condition,
    Count,
    Counting,
    Found,
    Listing,
    Place,
    SortKey,
    Window,
    applied,
    newest,
)

__all__ = (
    "ESTIMATED",
    "EVERYTHING",
    "NEWEST",
    "Asked",
    "Condition",
    "Count",
    "Counting",
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
