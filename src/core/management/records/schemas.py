"""What is asked of records, and what they answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from core.listing import Counting
from core.management.collections.fields import Key
from core.management.records import constants
from core.management.records.models import Import, ImportId, Record, RecordId
from core.models import Actor, Job, Model

type Data = dict[str, Any]
type FieldKeys = Annotated[tuple[Annotated[str, Field(max_length=63)], ...], Field(max_length=70)]
type Filters = dict[tuple[str, str], str]


class Of(Model):
    """Of which collection."""

    collection: Key


class Question(Of):
    """Which records are meant, in which order; filters by (field, operator)."""

    filters: Filters = Field(default_factory=dict)
    sort: Annotated[str, Field(max_length=250)] | None = None
    q: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")] | None = None
    fields: FieldKeys | None = None


class ListRecords(Question):
    """A page of records; `expand` shows what fields point at."""

    limit: int = Field(default=25, ge=1, le=100)
    cursor: Annotated[str, Field(max_length=constants.CURSOR)] | None = None
    count: Counting = "none"
    include_deleted: bool = False
    expand: FieldKeys = ()


class RecordReference(Of):
    record_id: RecordId


class GetRecord(RecordReference):
    fields: FieldKeys | None = None
    expand: FieldKeys = ()


class CreateRecord(Of):
    data: Data


class Expecting(Model):
    """`expected_version` is what If-Match says; `unconditional` says * there."""

    expected_version: int | None = None
    unconditional: bool = False

    @property
    def told(self) -> bool:
        return self.unconditional or self.expected_version is not None


class UpdateRecord(RecordReference, Expecting):
    patch: Data


class PutRecord(Of, Expecting):
    """Have a record say this, whether it is there or not.

    It is named by its id, or by the value of a unique field. `only_new` is If-None-Match: *.
    """

    named: Annotated[str, Field(max_length=300)]
    by: Key | None = None
    data: Data
    only_new: bool = False


class DeleteRecord(RecordReference, Expecting):
    pass


class RestoreRecord(RecordReference):
    pass


class ListRecordHistory(RecordReference):
    limit: int = Field(default=25, ge=1, le=100)
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,9}$")] | None = None


class RevertRecord(RecordReference, Expecting):
    version: int = Field(ge=1)


# --- Answers --------------------------------------------------------------------------------------


class RecordView(Model):
    """A record as it is told, and what says whether it is still that."""

    record: Data
    version: int
    created: bool = False

    @property
    def id(self) -> RecordId:
        return RecordId(self.record["id"])


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """Records as they are shown; how many there are, if that was asked."""

    items: list[Data]
    next_cursor: str | None
    count: int | None


class Version(Model):
    """What a record said, since when, and who had it say so."""

    version: int
    at: datetime
    by: UUID | None
    deleted: bool
    data: Data

    @classmethod
    def of(cls, record: Record, keys: list[str]) -> Self:
        return cls(
            version=record.version,
            at=record.updated_at,
            by=record.updated_by,
            deleted=record.deleted_at is not None,
            data={key: record.data[key] for key in keys if key in record.data},
        )


class Trouble(Model):
    """What was wrong with one of many, by its place."""

    pointer: str
    code: str
    detail: str


# --- Many -----------------------------------------------------------------------------------------


class Operation(Model):
    """One of many changes: `data` is all of a new record, and a merge patch for an update."""

    op: Literal["create", "update", "put", "delete", "restore"]
    id: RecordId | None = None
    if_match: Annotated[str, Field(max_length=20)] | None = None
    data: Data | None = None


class BatchChange(Model):
    """Changes of up to 1,000 records: all or none of them, or those that can be made."""

    mode: Literal["atomic", "partial"] = "atomic"
    ops: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=constants.BATCH)]


class BatchRecords(BatchChange, Of):
    pass


class Outcome(Model):
    """What became of one; where it failed, the error's code."""

    result: Literal["created", "updated", "unchanged", "deleted", "restored", "failed"]
    id: RecordId | None = None
    version: int | None = None
    code: str | None = None
    detail: str | None = None
    errors: list[Trouble] | None = None


class BatchView(Model):
    succeeded: int
    failed: int
    results: list[Outcome]


class ImportRecords(Of):
    """Rows of a file. `upsert_on` names what tells which record a row is: id, or a unique field."""

    rows: list[Data]
    dry_run: bool = False
    upsert_on: Annotated[str, Field(max_length=63)] | None = None
    max_errors: int = Field(default=constants.IMPORT_ERRORS, ge=0, le=1000)
    table: bool = False
    """Whether the values are cells of a table, and not yet what JSON would say."""


class ImportReference(Of):
    import_id: ImportId


class ImportView(Model):
    """What became of a file so far; without `id` it was taken while the request waited."""

    id: ImportId | None = None
    state: Literal["waiting", "running", "done", "failed"] = "done"
    dry_run: bool = False
    total: int
    seen: int
    created: int
    updated: int
    unchanged: int
    failed: int
    errors: list[Trouble]

    @classmethod
    def of(cls, imported: Import) -> Self:
        told = imported.model_dump(include=set(cls.model_fields) - {"dry_run"})
        return cls.model_validate(told)


class RunImport(Job):
    """Take the next pieces of a file."""

    name = "management.import_records"

    import_id: ImportId
    collection: str
    actor: Actor


class PurgeImports(Job):
    """Forget imports that were done long ago."""

    name = "management.purge_imports"


class ExportRecords(Question):
    pass


class VerifyRecords(Of):
    """Look whether the side index says what the records say; `mend` has it say so."""

    mend: bool = False


class VerifyView(Model):
    records: int
    rows: int
    wrong: list[RecordId]
    mended: bool = False


class WatchRecords(Of):
    """Be told of changes; `last_event_id` is where to go on."""

    last_event_id: Annotated[str, Field(max_length=100)] | None = None
