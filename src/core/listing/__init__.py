"""The one language of lists: conditions, order, pages and counts, for whatever is listed."""

from core.listing.fields import Field, Kind, Op, Refused, Value
from core.listing.requests import Asked, ListRequest, Lists
from core.listing.rows import EVERYTHING, Condition, Found, Listing, Place, SortKey, Window, applied

__all__ = (
    "EVERYTHING",
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
    "Window",
    "applied",
)
