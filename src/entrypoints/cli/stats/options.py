"""What several commands ask for alike: of when, of which events, and how it is shown."""

import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from entrypoints.cli.running import WRONG_USAGE, end


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


Days = Annotated[int, typer.Option(min=1, max=1830, help="Of the last so many days.")]
Interval = Annotated[str, typer.Option(help="`minute`, `15m`, `hour`, `day`, `week` or `month`.")]
Zone = Annotated[str, typer.Option(help="Whose days they are: Europe/Berlin, say.")]
GroupBy = Annotated[
    list[str] | None, typer.Option(help="A property to tell apart by; up to three times.")
]
Where = Annotated[
    list[str] | None,
    typer.Option(help="What a property has to be: country=de, amount>=5, plan!=free."),
]
MaxAge = Annotated[
    int,
    typer.Option(
        min=0, max=86_400, metavar="SECONDS", help="How long ago it may have been counted."
    ),
]
Plot = Annotated[bool, typer.Option("--plot", help="Draw it.")]
As = Annotated[Format, typer.Option("--format", help="How it is printed.")]
Event = Annotated[str | None, typer.Option(help="Of which events; left out: of all.")]
Aggregation = Annotated[
    str,
    typer.Option(
        help="`count`, `sum`, `avg`, `min`, `max`, `last`, `unique`, `p50`, `p90`, `p95` or `p99`."
    ),
]
Property = Annotated[str | None, typer.Option("--property", help="What is added up or compared.")]

File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON; - is the input.")]

OPERATORS = {"!=": "ne", ">=": "gte", "<=": "lte", "=": "eq", ">": "gt", "<": "lt"}


def last(days: int) -> dict[str, Any]:
    """Return the range until the next full hour."""
    ahead = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {"from": ahead - timedelta(days=days), "to": ahead}


def told(file: Path) -> str:
    """Read a file; - is the input."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except OSError as error:
        end(WRONG_USAGE, f"{file} can't be read: {error.strerror}.")
    except UnicodeDecodeError:
        end(WRONG_USAGE, f"{file} can't be read: it is not UTF-8.")


def conditions(told: list[str] | None) -> list[dict[str, Any]]:
    return [_condition(one) for one in told or ()]


def _condition(told: str) -> dict[str, Any]:
    for sign, op in OPERATORS.items():
        key, found, value = told.partition(sign)
        if found and key and not set(key) & set("!<>="):
            return {"property": key, "op": op, "value": _value(value)}
    return end(WRONG_USAGE, f"{told} is no condition: write country=de, amount>=5 or plan!=free.")


def _value(told: str) -> Any:
    """Return a number, true, false or null as what it says, all else as a text."""
    from json import loads

    try:
        value = loads(told)
    except ValueError:
        return told
    return told if isinstance(value, list | dict) else value
