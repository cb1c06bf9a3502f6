"""Records as rows of text: what a spreadsheet shows, and nothing that it would carry out."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from json import dumps, loads
from typing import Any, Final

from pydantic_core import from_json

from core.management.collections.fields import (
    BaseField,
    BooleanField,
    DecimalField,
    IntegerField,
    JsonField,
    MultiEnumField,
)
from core.management.records.exceptions import ImportRefused
from core.management.records.showing import STAMPS

MARK: Final = "'"
CARRIED_OUT: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the beginning of a formula, or leave out before one."""

_MARKED: Final = (*(MARK + one for one in (*CARRIED_OUT, MARK)),)


def guarded(text: str) -> str:
    """Mark a text that would be carried out, that is empty, or that looks like a marked one."""
    if text in {"", MARK} or text.startswith((*CARRIED_OUT, *_MARKED)):
        return MARK + text
    return text


def unguarded(text: str) -> str:
    return text[1:] if text == MARK or text.startswith(_MARKED) else text


def cell(field: BaseField | None, value: Any) -> str:
    """Return what stands in a cell; an empty one says that nothing is there."""
    match field:
        case _ if value is None:
            return ""
        case BooleanField():
            return "true" if value else "false"
        case IntegerField() | DecimalField():
            return str(value)
        case JsonField() | MultiEnumField():
            return guarded(dumps(value, ensure_ascii=False))
        case _:
            return guarded(value if isinstance(value, str) else _stamp(value))


def _stamp(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def value(field: BaseField, text: str) -> Any:
    """Return what a cell says, as JSON would; what it can't be is left for the field to refuse."""
    match field:
        case _ if not text:
            found: Any = None
        case BooleanField():
            found = {"true": True, "false": False}.get(text.lower(), text)
        case IntegerField():
            found = int(text) if _is_whole(text) else text
        case JsonField() | MultiEnumField():
            found = _json(unguarded(text))
        case DecimalField():
            found = text
        case _:
            found = unguarded(text)
    return found


def _json(text: str) -> Any:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        return text


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return len(digits) <= 20 and digits.isascii() and digits.isdigit()  # noqa: PLR2004


def written(
    fields: Sequence[BaseField], records: Iterable[Mapping[str, Any]], *, header: bool
) -> str:
    """Return records as CSV (RFC 4180)."""
    out = StringIO()
    writer = csv.writer(out)
    known = {one.key: one for one in fields}
    columns = ["id", *known, *STAMPS[1:]]
    if header:
        writer.writerow(columns)
    for record in records:
        writer.writerow([cell(known.get(key), record.get(key)) for key in columns])
    return out.getvalue()


def read(text: str, most: int) -> list[dict[str, str]]:
    """Return the rows of a CSV by their columns; raise ImportRefused for what is none."""
    try:
        return list(_rows(text, most))
    except csv.Error as error:
        raise ImportRefused(f"This is no CSV: {error}.") from None


def _rows(text: str, most: int) -> Iterator[dict[str, str]]:
    lines = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    columns = [unguarded(one.strip()) for one in next(lines, [])]
    if not columns or len(set(columns)) < len(columns):
        raise ImportRefused("The first line names the columns, each once.")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        if len(line) != len(columns):
            raise ImportRefused(f"Row {number} has {len(line)} cells, and {len(columns)} columns.")
        if number > most:
            raise ImportRefused(f"A file has {most} rows at most: split it.")
        yield dict(zip(columns, line, strict=True))


def lines(text: str, most: int) -> list[dict[str, Any]]:
    """Return the rows of a file with a JSON object a line; raise ImportRefused."""
    found = list[dict[str, Any]]()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = from_json(line, allow_inf_nan=False)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ImportRefused(f"Line {number} is no JSON object.")
        if len(found) == most:
            raise ImportRefused(f"A file has {most} rows at most: split it.")
        found.append(row)
    return found


def objects(text: str, most: int) -> list[dict[str, Any]]:
    """Return the rows of JSON: an object, or a list of them; raise ImportRefused."""
    try:
        told = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise ImportRefused(f"This is no JSON: {error}.") from None
    rows = told if isinstance(told, list) else [told]
    if not all(isinstance(one, dict) for one in rows):
        raise ImportRefused("Write an object, or a list of them.")
    if len(rows) > most:
        raise ImportRefused(f"A file has {most} rows at most: split it.")
    return rows
