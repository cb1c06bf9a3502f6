"""What a list answers to whatever is asked: the same in every adapter, and as the core says."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from core.listing import Asked, Field, Found, ListRequest
from core.models import Page
from tests.factories import NOW

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"), max_size=4
)
LETTERS = st.text("aAbBäÄßẞΣσςİıI%_\\'\"{}, ", max_size=3)  # noqa: RUF001 - that is the point
TIMES = st.integers(-2, 2).map(lambda at: NOW + timedelta(hours=at))


@dataclass(frozen=True)
class Listed:
    """A list with some rows in it, and how an adapter is asked for pages of it."""

    request: type[ListRequest]
    rows: list[Any]
    page: Callable[..., Awaitable[Found[Any]]]
    view: Callable[[Any], Any]
    always: Asked | None = None

    def ours(self, asked: ListRequest) -> ListRequest:
        """Ask for those alone that were made here, where the list has others as well."""
        if self.always is None:
            return asked
        others = [one for one in asked.filter if one[:2] != self.always[:2]]
        return asked.evolve(filter=(*others, self.always))

    async def walked(self, asked: ListRequest, pages: int = 40) -> tuple[list[Any], Page[Any]]:
        """Return all rows from the first page to the last, and the first page."""
        first: Page[Any] | None = None
        seen: list[Any] = []
        cursor: str | None = None
        for _ in range(pages):
            request = self.ours(asked).evolve(cursor=cursor)
            answer = request.answer(await self.page(**request.window()), self.view)
            assert len(answer.items) <= asked.limit
            first, cursor = first or answer, answer.next_cursor
            seen += answer.items
            if cursor is None:
                return seen, first
        raise AssertionError("The list does not end.")


@st.composite
def requests(draw: st.DrawFn, kind: type[ListRequest], rows: Sequence[Any]) -> ListRequest:
    """Draw what may be asked of a list; it is compared with what is there, or nearly."""
    filters = list(kind.lists.filters.values())
    conditions = draw(
        st.lists(_conditions(filters, rows), max_size=3, unique_by=lambda one: one[:2])
    )
    names = draw(st.lists(st.sampled_from(list(kind.lists.sorts)), max_size=3, unique=True))
    signs = [draw(st.sampled_from(("", "-"))) + name for name in names]
    return kind(
        limit=draw(st.integers(1, 7)),
        sort=",".join(signs) or None,
        count=draw(st.sampled_from(("none", "exact", "estimated"))),
        filter=tuple(conditions),
    )


@st.composite
def _conditions(draw: st.DrawFn, filters: Sequence[Field], rows: Sequence[Any]) -> Asked:
    field = draw(st.sampled_from(filters))
    op = draw(st.sampled_from(sorted(field.ops)))
    if op == "is_null":
        return field.name, op, draw(st.sampled_from(("true", "false")))
    if op in {"in", "nin"}:
        values = draw(st.lists(_operand(field, rows), min_size=1, max_size=3))
        return field.name, op, ",".join(_quoted(one) for one in values)
    if op in {"contains", "icontains", "starts_with"}:
        return field.name, op, _piece(draw, draw(_operand(field, rows)))
    return field.name, op, draw(_operand(field, rows))


def _operand(field: Field, rows: Sequence[Any]) -> st.SearchStrategy[str]:
    there = [getattr(row, field.name) for row in rows]
    if field.kind == "texts":
        there = [one for texts in there for one in texts or ()]
    known = st.sampled_from([_written(one) for one in there if one is not None] or [""])
    match field.kind:
        case "enum":
            return st.sampled_from(field.options)
        case "boolean":
            return st.sampled_from(("true", "false"))
        case "integer":
            return st.integers(-(10**16) + 1, 10**16 - 1).map(str) | known.map(
                lambda one: one or "0"
            )
        case "moment":
            return TIMES.map(_written)
        case "uuid":
            return st.uuids().map(str) | known.map(lambda one: one or str(NOBODY))
        case _:
            return TEXT | LETTERS | known


NOBODY = "00000000-0000-0000-0000-000000000000"


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _piece(draw: st.DrawFn, text: str) -> str:
    begin = draw(st.integers(0, len(text)))
    piece = text[begin : begin + draw(st.integers(0, 4))]
    return draw(st.sampled_from((piece, piece.upper(), piece.lower())))
