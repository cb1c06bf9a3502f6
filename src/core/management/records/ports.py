"""What records lean on."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.accounts.models import Member
from core.listing import Count
from core.management.collections.models import Collection as Definition
from core.management.records.filters import FilterExpr
from core.management.records.models import Change, Import, ImportId, Record, RecordId
from core.management.records.notices import Notice, Stretch
from core.management.records.ordering import After, IndexRow, Order
from core.models import OrganizationId, UserId

type Row = dict[str, Any]


class Records(Protocol):
    """Records of one collection in one organization; of another one there are none."""

    async def some(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        record_ids: Collection[RecordId],
        *,
        hold: bool = False,
    ) -> dict[RecordId, Record]:
        """Return those that there are, deleted ones among them.

        To `hold` them lets nobody else change them until the transaction ends.
        """

    async def page(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        order: Order,
        *,
        limit: int,
        after: After | None = None,
        deleted: bool = False,
        surely: bool = True,
    ) -> list[Record]:
        """Return live records in order, and deleted ones if told to: then by no field.

        Not `surely`, return nothing where the definition is not what it is by now. Raise
        QueryTooExpensive for what takes too long.
        """

    async def count(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        counting: Count,
        *,
        deleted: bool = False,
    ) -> int:
        """Return how many there are; an estimate is exact up to some ten thousand."""

    async def owners(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        values: Collection[tuple[int, str]],
    ) -> dict[tuple[int, str], RecordId]:
        """Return who has values that are unique, by number of the field and exact text."""

    async def history(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        record_id: RecordId,
        *,
        limit: int,
        before: int | None = None,
    ) -> list[Record]:
        """Return the versions of a record, the newest first."""

    async def keep(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        changes: Sequence[Change],
    ) -> None:
        """Write records and their places in the side index; what they were becomes history.

        Raise UniqueViolation, at the latest as the transaction ends.
        """

    async def changed(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        since: datetime,
        *,
        limit: int,
    ) -> list[Record]:
        """Return what was changed since then, deleted ones among them, the oldest change first."""


class RecordIndex(Protocol):
    """The side index as it is kept, to be compared with what it should be."""

    async def batch(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        *,
        after: RecordId | None,
        limit: int,
    ) -> list[tuple[Record, list[IndexRow]]]:
        """Return records, deleted ones among them, in the order of their ids, with their rows."""

    async def mend(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        wanted: Mapping[RecordId, Sequence[IndexRow]],
    ) -> None:
        """Put rows in place of all that the index knows of these records."""


class Imports(Protocol):
    """Files that jobs take, in pieces."""

    async def add(self, imported: Import, pieces: Sequence[Sequence[Row]]) -> None:
        """Keep a new one with its rows, piece by piece."""

    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None: ...

    async def piece(self, imported: Import, number: int) -> list[Row]:
        """Return the rows of a piece, from nought on; nothing behind the last one."""

    async def put(self, imported: Import) -> None: ...

    async def purge(self, before: datetime) -> int:
        """Forget imports of all organizations that are as old."""


class Members(Protocol):
    """Who fields may point at."""

    async def some(
        self, organization_id: OrganizationId, user_ids: Collection[UserId]
    ) -> list[Member]:
        """Return those that are members of the organization."""


class Notices(Protocol):
    """Tells of changes, once the transaction commits, whoever listens in any process."""

    async def tell(self, notices: Sequence[Notice]) -> None: ...

    def listen(self, stretch: Stretch) -> AsyncIterator[Notice | None]:
        """Yield what changes in a collection of an organization; None at first, and now and then.

        What changes from the first one on is heard of. It ends where something was missed.
        """
