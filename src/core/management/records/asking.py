"""Which records somebody asks for, read from what they say."""

from core.exceptions import PermissionDenied
from core.listing.operators import small
from core.management.collections.fields import EmailField, RichTextField, TextField, UrlField
from core.management.records import exceptions, filters, ordering, schemas
from core.management.records.access import Opened
from core.management.records.filters import FilterExpr
from core.management.records.ordering import Order

ADMINS = frozenset({"owner", "admin"})


def asked(opened: Opened, question: schemas.Question) -> FilterExpr:
    """Return what is meant and theirs to see; raise BadFilter."""
    found = filters.parsed(question.filters, opened.collection, opened.readable)
    if question.q:
        searched = tuple(
            one.key
            for one in opened.collection.fields
            if isinstance(one, TextField | RichTextField | EmailField | UrlField)
            and one.key in opened.readable
        )
        words = tuple(small(question.q).split()[:8])
        found = found.model_copy(update={"words": words, "searched": searched})
    return opened.theirs(found)


def order(opened: Opened, question: schemas.Question, *, deleted: bool = False) -> Order:
    found = ordering.parsed(question.sort, opened.collection, opened.readable)
    if deleted and found.of_fields:
        detail = "With deleted records, sort by id, created_at or updated_at."
        raise exceptions.SortNotIndexed(detail)
    return found


def follows_an_index(query: schemas.ListRecords) -> bool:
    """Tell whether a list is read along one index, with nothing else to look for."""
    sorts = 0 if query.sort is None else query.sort.count(",")
    return not (query.filters or query.q or sorts or query.count != "none")


def check_deleted(opened: Opened, *, wanted: bool) -> None:
    """Refuse to show deleted records to others than those who run the organization."""
    actor = opened.actor
    if wanted and not actor.trusted and actor.role not in ADMINS:
        raise PermissionDenied("Only owners and admins see deleted records.")
