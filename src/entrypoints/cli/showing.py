"""What a command prints: a table for people, JSON for programs, examples for whoever learns."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Org = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="An id or a slug.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
Limit = Annotated[int, typer.Option(min=1, max=100, help="How many at most.")]
Cursor = Annotated[
    str | None, typer.Option(help="Where the page before ended; it says so.", show_default=False)
]

STYLES: Final = {
    "active": "green", "ok": "green", "accepted": "green", "current": "green", "kept": "green",
    "pending": "yellow", "warn": "yellow", "impossible": "yellow", "unknown": "yellow",
    "suspended": "red", "fail": "red", "failure": "red", "missing": "red",
}  # fmt: skip


def examples(*lines: str) -> str:
    """Return what to write below a command's help: lines for the reader's own terminal."""
    return "\b\n" + "\n".join(["For example:", *(f"  core-api {line}" for line in lines)])


def as_json(value: Any) -> None:
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2).decode())


def table(items: "Sequence[BaseModel]", columns: Sequence[str], *, json: bool) -> None:
    """Print some fields of each item, or all of them as a JSON array."""
    if json:
        as_json(list(items))
    else:
        grid(columns, [[getattr(item, column) for column in columns] for item in items])


def grid(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below each other: coloured at a terminal; piped, a row stays one line."""
    texts = [[text(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        _plain([list(columns), *texts])
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in texts:  # Text, for what people typed is no markup
        shown.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    Console().print(shown)


def _plain(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        typer.echo(line.rstrip())


def details(item: "BaseModel", *, json: bool) -> None:
    """Print one thing, a field a line, or as a JSON object."""
    if json:
        as_json(item)
        return
    fields = list(_fields(item.model_dump()))
    width = max(len(name) for name, _ in fields)
    for name, value in fields:
        typer.echo(f"{name:<{width}}  {text(value)}")


def _fields(values: dict[str, Any], within: str = "") -> Iterator[tuple[str, object]]:
    """Return a line for each field, those of what lies within as well: `access.granted`."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _fields(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value or None if isinstance(value, dict) else value


def more(next_cursor: str | None) -> None:
    """Say how to read on: on standard error, for a program reads the other one."""
    if next_cursor:
        typer.echo(f"There is more: --cursor {next_cursor}", err=True)


def text(value: object) -> str:
    """Return a value as people read it, without a character that a terminal would obey."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple):
        return ", ".join(map(text, value)) or "-"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in str(value))
