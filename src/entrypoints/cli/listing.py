"""What every command takes that prints a list: which rows, in which order, what of them."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from entrypoints.cli.running import WRONG_USAGE, end
from entrypoints.cli.showing import Cursor, Json, Limit, as_json, grid, more

if TYPE_CHECKING:
    from core.listing import ListRequest
    from core.models import Page

Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FIELD[.OP]=VALUE",
        help="Only these: role=admin, created_at.gte=2026-01-01T00:00:00Z. All of them hold.",
        show_default=False,
    ),
]
Sort = Annotated[
    str | None,
    typer.Option(help="By up to three fields: -created_at,email.", show_default=False),
]
Fields = Annotated[
    str | None, typer.Option(help="Only these, separated by commas.", show_default=False)
]
Count = Annotated[bool, typer.Option("--count", help="Say how many there are in all.")]

OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "filters": (Filters, None),
    "sort": (Sort, None),
    "fields": (Fields, None),
    "limit": (Limit, 25),
    "cursor": (Cursor, None),
    "count": (Count, False),
    "json": (Json, False),
}


@dataclass(frozen=True)
class Asked:
    """What somebody typed."""

    filters: list[str] | None
    sort: str | None
    fields: str | None
    limit: int
    cursor: str | None
    count: bool
    json: bool

    def of[R: ListRequest](self, request: type[R], **more: object) -> R:
        """Return what is asked of a list, and `more` that only this one knows."""
        self._check(request)
        return request.model_validate(
            {
                "limit": self.limit,
                "cursor": self.cursor,
                "sort": self.sort,
                "count": "exact" if self.count else "none",
                "filter": tuple(map(_condition, self.filters or ())),
                **more,
            }
        )

    def show(
        self, page: "Page[Any]", columns: Sequence[str], **made: Callable[[Any], object]
    ) -> None:
        """Print a page; how many there are, and how to read on, goes to standard error.

        A column that is `made` is no field: that tells what is in it.
        """
        names = columns if self.fields is None else self.fields.split(",")
        if self.json and self.fields is None:
            as_json(page.items)
        elif self.json:
            as_json([one.model_dump(mode="json", include=set(names)) for one in page.items])
        else:
            cells = [made.get(name) or attrgetter(name) for name in names]
            grid(names, [[cell(one) for cell in cells] for one in page.items])
        if page.count is not None:
            typer.echo(f"{page.count} in all.", err=True)
        more(page.next_cursor)

    def _check(self, request: "type[ListRequest]") -> None:
        known = set(request.lists.view.model_fields)
        named = set() if self.fields is None else set(self.fields.split(","))
        if unknown := sorted(named - known):
            able = ", ".join(sorted(known))
            end(WRONG_USAGE, f"There is no field {unknown[0]!r}: choose among {able}.")


def _condition(told: str) -> tuple[str, str, str]:
    name, equals, value = told.partition("=")
    if not equals:
        end(WRONG_USAGE, f"A filter is FIELD=VALUE or FIELD.OP=VALUE, and not {told!r}.")
    field, _, op = name.partition(".")
    return field, op or "eq", value


def listing(*, limit: int = 25) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command its `asked` out of the options that all lists take."""

    def given(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command)
        own = [one for name, one in signature.parameters.items() if name != "asked"]
        keyword = inspect.Parameter.KEYWORD_ONLY
        shared = [
            inspect.Parameter(
                name, keyword, annotation=kind, default=limit if name == "limit" else default
            )
            for name, (kind, default) in OPTIONS.items()
        ]

        @wraps(command)
        def called(**arguments: Any) -> None:
            asked = Asked(**{name: arguments.pop(name) for name in OPTIONS})
            command(**arguments, asked=asked)

        parameters = [*own, *shared]
        called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": None}
        del called.__wrapped__
        return called

    return given
