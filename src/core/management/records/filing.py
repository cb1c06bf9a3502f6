"""A file of records: in which pieces it is taken, how far it is."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from core.exceptions import CoreError
from core.management.records import constants, schemas, tables
from core.management.records.access import Opened
from core.management.records.importing import Rows, Taken
from core.management.records.models import Import, ImportId, author
from core.management.records.schemas import Trouble


def pieces(opened: Opened, command: schemas.ImportRecords) -> list[Rows]:
    """Cut the rows into pieces, each for a transaction of its own; few rows are one."""
    size = constants.INLINE if len(command.rows) <= constants.INLINE else constants.CHUNK
    rows = [_read(opened, one) for one in command.rows] if command.table else command.rows
    return [
        Rows(rows=list(some), begin=place * size, upsert_on=command.upsert_on)
        for place, some in enumerate(batched(rows, size, strict=False))
    ]


def _read(opened: Opened, row: schemas.Data) -> schemas.Data:
    known = opened.collection.by_key
    return {
        key: tables.value(known[key], text) if key in known else text or None
        for key, text in row.items()
    }


def begun(
    opened: Opened, command: schemas.ImportRecords, import_id: ImportId, now: datetime
) -> Import:
    return Import(
        id=import_id,
        organization_id=opened.organization_id,
        collection_id=opened.collection.id,
        upsert_on=command.upsert_on,
        max_errors=command.max_errors,
        total=len(command.rows),
        created_by=author(opened.actor),
        created_at=now,
        updated_at=now,
    )


def advanced(imported: Import, seen: int, taken: Taken, now: datetime) -> Import:
    """Return how far it is after another piece; what fails too often goes no further."""
    errors = [*imported.errors, *(one.model_dump() for one in taken.errors)]
    failed = imported.failed + taken.failed
    seen += imported.seen
    state = "failed" if failed > imported.max_errors else "running"
    return imported.evolve(
        state="done" if state == "running" and seen >= imported.total else state,
        seen=seen,
        created=imported.created + taken.created,
        updated=imported.updated + taken.updated,
        unchanged=imported.unchanged + taken.unchanged,
        failed=failed,
        errors=errors[: constants.IMPORT_ERRORS],
        updated_at=now,
    )


def stopped(imported: Import, error: CoreError, now: datetime) -> Import:
    """Return it as something that can't go on."""
    why = Trouble(pointer="#", code=error.code, detail=error.detail or error.title)
    errors = [why.model_dump(), *imported.errors][: constants.IMPORT_ERRORS]
    return imported.evolve(state="failed", errors=errors, updated_at=now)


def view(command: schemas.ImportRecords, taken: Taken) -> schemas.ImportView:
    """Tell what came of a file that was taken at once."""
    failed = taken.failed > command.max_errors
    kept = {"created": 0, "updated": 0} if failed else {}
    return schemas.ImportView.model_validate(
        taken.model_dump()
        | kept
        | {
            "state": "failed" if failed else "done",
            "dry_run": command.dry_run,
            "total": len(command.rows),
            "seen": len(command.rows),
        }
    )


def numbers(imported: Import) -> Iterator[int]:
    """Yield the pieces that are left."""
    yield from range(imported.seen // constants.CHUNK, -(-imported.total // constants.CHUNK))
