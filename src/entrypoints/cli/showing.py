"""What a command prints: a table for people, JSON for programs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
Limit = Annotated[int, typer.Option(min=1, max=100, help="How many at most.")]
Cursor = Annotated[str | None, typer.Option(help="Where the page before ended.")]

WIDTH: Final = 200
"""Of a table that nobody looks at: what is piped is not cut."""


def as_json(value: Any) -> None:
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2).decode())


def table(items: "Sequence[BaseModel]", columns: Iterable[str], *, json: bool) -> None:
    """Print some fields of each item, or all of them as a JSON array."""
    if json:
        as_json(list(items))
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for item in items:
        shown.add_row(*(_text(getattr(item, column)) for column in columns))
    console = Console()
    console.print(shown) if console.is_terminal else Console(width=WIDTH).print(shown)


def details(item: "BaseModel", *, json: bool) -> None:
    """Print one thing, a field a line, or as a JSON object."""
    if json:
        as_json(item)
        return
    fields = item.model_dump()
    width = max(map(len, fields))
    for name, value in fields.items():
        typer.echo(f"{name:<{width}}  {_text(value)}")


def more(next_cursor: str | None, *, json: bool) -> None:
    """Say how to read on, where that does not spoil what a program reads."""
    if next_cursor and not json:
        typer.echo(f"There is more: --cursor {next_cursor}", err=True)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
