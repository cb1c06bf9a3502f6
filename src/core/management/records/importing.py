"""What rows of a file make of records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.exceptions import CoreError, FieldError, PermissionDenied, ValidationFailed
from core.listing.operators import Refused
from core.management.collections.fields import IndexedField
from core.management.records import changing, constants, exceptions, ports, putting, tables
from core.management.records.access import Opened
from core.management.records.events import RecordsImported
from core.management.records.filters import ATTRIBUTES
from core.management.records.intake import RecordIntake, Results
from core.management.records.models import Change, Record, RecordId
from core.management.records.schemas import Trouble
from core.models import Model
from core.ports import AuditLog, Clock, Events, Ids
from core.service import Collaborator

IGNORED = frozenset({*ATTRIBUTES, "deleted_at"})
type Row = Mapping[str, Any]


class Rows(Model):
    """Some rows, and where they begin in the file; `upsert_on` names what names records."""

    rows: Sequence[dict[str, Any]]
    begin: int = 0
    upsert_on: str | None = None


class Taken(Model):
    """What rows came to."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: tuple[Trouble, ...] = ()

    def plus(self, other: "Taken") -> "Taken":
        return Taken(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            failed=self.failed + other.failed,
            errors=(*self.errors, *other.errors)[: constants.IMPORT_ERRORS],
        )


class RecordImporting(Collaborator):
    """Takes rows, each a record: those that can be are kept, the others told."""

    records: ports.Records
    intake: RecordIntake
    audit: AuditLog
    events: Events
    clock: Clock
    ids: Ids

    async def __call__(self, opened: Opened, told: Rows) -> Taken:
        """Keep of the rows what can be."""
        results = await self.judged(opened, told)
        await self.keep(opened, results)
        return summed(results, told.begin)

    async def judged(self, opened: Opened, told: Rows) -> Results:
        """Return what the rows would make of records."""
        named = [_named(opened, told.upsert_on, row) for row in told.rows]
        meant = await self._meant(opened, told.upsert_on, named)
        there = await self.intake.held(opened, [one for one in meant if one is not None])
        results, seen, now = Results(), set[RecordId](), self.clock.now()
        for place, row in enumerate(told.rows):
            error, record_id = named[place], meant[place]
            record_id = record_id or RecordId(self.ids.new())
            if isinstance(error, CoreError):
                results[place] = error
            elif record_id in seen:
                results[place] = _wrong(told.upsert_on or "", "twice", "A row before says this.")
            else:
                results[place] = _change(opened, row, there.get(record_id), record_id, now)
            seen.add(record_id)
        return await self.intake.sifted(opened, results)

    async def keep(self, opened: Opened, results: Results) -> None:
        """Keep what changes, and say once for all what others may want to hear of."""
        await self.intake.keep(opened, results, quietly=True)
        taken, of, actor = summed(results, 0), opened.collection, opened.actor
        if not taken.created + taken.updated:
            return
        await self.audit.record(
            actor,
            "records.imported",
            target=("collection", of.id),
            collection=of.key,
            created=taken.created,
            updated=taken.updated,
        )
        await self.events.publish(
            RecordsImported(
                at=self.clock.now(),
                organization_id=opened.organization_id,
                collection=of.key,
                created=taken.created,
                updated=taken.updated,
                user_id=actor.user_id,
            )
        )

    async def _meant(
        self, opened: Opened, key: str | None, named: Sequence[Any]
    ) -> list[RecordId | None]:
        """Return which record each row is, of those that may be there; the same id for the same."""
        if key is None or key == "id":
            return [None if isinstance(one, CoreError) else one for one in named]
        number = opened.collection.numbers[key]
        values = {(number, one) for one in named if isinstance(one, str)}
        owners = await self.records.owners(opened.collection, opened.organization_id, values)
        fresh = {value: RecordId(self.ids.new()) for value in values - owners.keys()}
        known = owners | fresh
        return [known[number, one] if isinstance(one, str) else None for one in named]


def _named(opened: Opened, key: str | None, row: Row) -> Any:
    """Return what names a row's record: its id, the text of a unique value, or why nothing does."""
    if key is None:
        return None
    told = row.get(key)
    if told in (None, ""):
        return _wrong(key, "required", "It says which record this is.")
    if key == "id":
        try:
            return RecordId(UUID(tables.unguarded(str(told))))
        except ValueError:
            return _wrong(key, "id", "This is no id.")
    field = putting.unique_field(opened, key)
    try:
        return field.entry(field.taken(_read(field, told))).text
    except Refused as error:
        return _wrong(key, error.code, error.detail)


def _read(field: IndexedField, told: Any) -> Any:
    return tables.value(field, told) if isinstance(told, str) else told


def _change(
    opened: Opened,
    row: Row,
    before: Record | None,
    record_id: RecordId,
    now: datetime,
) -> Change | CoreError:
    data = {key: value for key, value in row.items() if key not in IGNORED}
    try:
        if before is None:
            return changing.created(opened, record_id, data, now)
        if not opened.collection.may(opened.actor, "update"):
            return PermissionDenied("Your role may not update records of this collection.")
        if opened.seen(before).deleted_at is not None:
            return exceptions.RecordTaken()
        return changing.patched(opened, before, data, now)
    except CoreError as error:
        return error


def _wrong(key: str, code: str, detail: str) -> ValidationFailed:
    return ValidationFailed(errors=[FieldError(f"#/{key}", code, detail)])


def summed(results: Results, begin: int) -> Taken:
    changes = [one for one in results.values() if isinstance(one, Change)]
    real = [one for one in changes if one.before != one.after]
    created = sum(one.before is None for one in real)
    errors = tuple(
        trouble
        for place, one in sorted(results.items())
        if isinstance(one, CoreError)
        for trouble in _troubles(one, begin + place)
    )
    return Taken(
        created=created,
        updated=len(real) - created,
        unchanged=len(changes) - len(real),
        errors=errors,
        failed=len(results) - len(changes),
    )


def _troubles(error: CoreError, place: int) -> list[Trouble]:
    """Point at the row, counted from one, the header of a table left out."""
    where = f"#/rows/{place + 1}"
    found = [
        Trouble(pointer=where + one.pointer.removeprefix("#"), code=one.code, detail=one.detail)
        for one in error.errors
    ]
    whole = Trouble(pointer=where, code=error.code, detail=error.detail or error.title)
    return found or [whole]
