"""The audit log as a file: lines of JSON, or CSV that a spreadsheet takes for nothing else."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final

from core.audit import AuditEvent

MEDIA: Final = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
COLUMNS: Final = tuple(AuditEvent.model_fields)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def written(events: Sequence[AuditEvent], how: str, *, header: bool) -> str:
    if how == "ndjson":
        return "".join(f"{one.model_dump_json()}\n" for one in events)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(COLUMNS)
    for one in events:
        row = one.model_dump(mode="json")
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    """Return a text that stays one: an apostrophe says so where it begins like a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
