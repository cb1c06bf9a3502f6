"""Events and numbers as files: lines of JSON, or CSV with the properties as JSON."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final

from pydantic_core import from_json

from core.stats.schemas import Chart, EventView

MEDIA: Final = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
COLUMNS: Final = ("id", "time", "name", "subject", "session", "source", "ext_id", "props")
TAKEN_AGAIN: Final = set(COLUMNS)


def written(events: Sequence[EventView], how: str, *, header: bool) -> str:
    """Return events as they can be taken again."""
    if how == "ndjson":
        return "".join(
            one.model_dump_json(include=TAKEN_AGAIN, exclude_none=True) + "\n" for one in events
        )
    rows = [one.model_dump(mode="json", include=TAKEN_AGAIN) for one in events]
    return _table(
        COLUMNS if header else None,
        ([*(row[key] for key in COLUMNS[:-1]), json.dumps(row["props"])] for row in rows),
    )


def read(text: Iterable[str], how: str) -> Iterator[dict[str, Any]]:
    """Yield events from lines; raise ValueError that says which line is none."""
    if how == "csv":
        yield from map(_of_row, csv.DictReader(text))
        return
    for number, line in enumerate(text, 1):
        if line.strip():
            yield _of_line(line, number)


def _of_line(line: str, number: int) -> dict[str, Any]:
    try:
        told = from_json(line)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    raise ValueError(f"Line {number} is no event.")


def _of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in row.items() if value not in {None, ""}}
    try:
        return told | {"props": json.loads(told.get("props", "{}"))}
    except ValueError:
        raise ValueError(f"The props of event {told.get('id')} are no JSON.") from None


def charted(chart: Chart) -> str:
    """Return numbers as a table: a line for each part of each group."""
    dims = list(chart.series[0].dims) if chart.series else []
    return _table(
        (*dims, "from", "to", "value"),
        (
            [*series.dims.values(), point.begin.isoformat(), point.end.isoformat(), point.value]
            for series in chart.series
            for point in series.points
        ),
    )


def _table(header: Sequence[str] | None, rows: Iterable[Sequence[Any]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
