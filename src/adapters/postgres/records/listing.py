"""Which records there are, in which order, and how many."""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from adapters.postgres.database import Database
from adapters.postgres.records import bounds, conditions
from adapters.postgres.records.bounds import Stretch
from adapters.postgres.records.standing import standing
from adapters.postgres.records.statements import COUNT, FIELD, RANKED, WITHIN, conditioned, plain
from adapters.postgres.stats.limited import limited
from core.listing import ESTIMATED, Count
from core.management.collections.models import Collection
from core.management.records import constants
from core.management.records.filters import FilterExpr
from core.management.records.models import Record
from core.management.records.ordering import After, Order
from core.models import OrganizationId

EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)
TRIES: Final = 2
"""Conditions that are looked up in the index before it is given up to find few by them."""


class Asking:
    """One question about the records of a collection in an organization."""

    def __init__(
        self,
        database: Database,
        definition: Collection,
        organization_id: OrganizationId,
        asked: FilterExpr,
        *,
        deleted: bool,
    ) -> None:
        self._database = database
        self._definition = definition
        self._organization_id = organization_id
        self._asked = asked
        self._params: dict[str, Any] = {
            "organization_id": organization_id,
            "collection_id": definition.id,
            "deleted": deleted,
            **conditions.params(asked),
        }
        self._deleted = deleted

    async def page(
        self, order: Order, limit: int, after: After | None, *, surely: bool
    ) -> list[Record]:
        self._params |= {
            "key": self._definition.key,
            "as_of": None if surely else self._definition.updated_at,
        }
        async with self._careful(order):
            found = await self._few(order)
            if found is not None or len(order.keys) > 1:
                return await self._ranked(order, limit, after, found)
            if not self._plain:
                await self._walk()
            return await self._along(order, limit, after)

    async def count(self, counting: Count) -> int:
        most = ESTIMATED + 1 if counting == "estimated" and self._plain else None
        async with limited(self._database):
            found = await self._few(None)
            [number] = await self._database.fetch_values(
                COUNT,
                self._params | {"ids": found, "most": most},
                scope=self._organization_id,
            )
        if most is None or number < most:
            return int(number)
        return max(int(number), await self._estimated())

    async def _estimated(self) -> int:
        [number] = await self._database.fetch_values(
            "SELECT management.estimated_records(%(organization_id)s, %(collection_id)s)",
            self._params,
            scope=self._organization_id,
        )
        return int(number)

    def _careful(self, order: Order) -> AbstractAsyncContextManager[None]:
        """Limit what may take long; what follows an index to its end page by page does not."""
        plain = self._plain and len(order.keys) == 1
        return nullcontext() if plain else limited(self._database)

    @property
    def _plain(self) -> bool:
        return not self._asked.conditions and not self._asked.words

    async def _few(self, order: Order | None) -> list[UUID] | None:
        """Return all that can be meant, if the index tells that these are few."""
        if named := _named(self._asked):
            return named
        if (saying := await self._mentioning()) is not None:
            return saying
        numbers = {one.number for one in order.keys} if order and len(order.keys) == 1 else set()
        known = bounds.narrowing(self._definition, self._asked)
        for number, stretches in islice(known, 0 if self._deleted else TRIES):
            if number in numbers:
                break
            found = await self._within(number, stretches)
            if len(found) <= constants.NARROW:
                return found
        return None

    async def _walk(self) -> None:
        """Have the index followed, which ends with the page: what is not rare is soon met.

        The planner takes conditions it knows nothing of for rare ones, and would sort all that meet
        them: five seconds for words that each of 200,000 records says, 80 ms this way.
        """
        await self._database.queue("SELECT set_config('enable_sort', 'off', true)", {})

    async def _mentioning(self) -> list[UUID] | None:
        """Return all that say the longest word that is asked for, if these are few."""
        word = conditions.longest(self._asked)
        if word is None:
            return None
        found = await self._database.fetch_values(
            """
            SELECT management.mentioning(
                   %(organization_id)s, %(collection_id)s, %(word)s, %(most)s)
            """,
            self._params | {"word": word, "most": constants.NARROW + 1},
            scope=self._organization_id,
        )
        return found if len(found) <= constants.NARROW else None

    async def _within(self, number: int, stretches: list[Stretch]) -> list[UUID]:
        return await self._database.fetch_values(
            WITHIN,
            self._params
            | {"field_no": number, "most": constants.NARROW + 1}
            | _columns("low", [one.low for one in stretches])
            | _columns("high", [one.high for one in stretches]),
            scope=self._organization_id,
        )

    async def _along(self, order: Order, limit: int, after: After | None) -> list[Record]:
        [key] = order.keys
        last = (bounds.LAST, LATEST) if key.descending else (bounds.FIRST, EARLIEST)
        params: dict[str, Any] = {
            "limit": limit,
            "after_id": after.id if after else last[0],
            "after_time": after.places[0].time if after else last[1],
        }
        number = key.number
        if number > 0:
            params |= {"field_no": number} | self._ends(number, key.descending, after)
        way = FIELD if number > 0 else number, key.descending
        return await self._database.fetch_all(
            Record,
            plain(way, limit) if self._plain else conditioned(way),
            self._params | params,
            scope=self._organization_id,
        )

    def _ends(self, number: int, descending: bool, after: After | None) -> dict[str, Any]:  # noqa: FBT001
        stretch = bounds.of_field(number, self._definition, self._asked)
        low, high = (stretch.low, bounds.FIRST), (stretch.high, bounds.LAST)
        if after is not None and descending:
            high = min(high, (after.places[0], after.id))
        elif after is not None:
            low = max(low, (after.places[0], after.id))
        return {
            f"{side}_{name}": value
            for side, (place, record_id) in (("low", low), ("high", high))
            for name, value in zip(
                ("absent", "num", "ts", "txt", "id"), (*place, record_id), strict=True
            )
        }

    async def _ranked(
        self, order: Order, limit: int, after: After | None, among: list[UUID] | None
    ) -> list[Record]:
        keys = [*((one.number, one.descending) for one in order.keys), (0, False), (0, False)]
        return await self._database.fetch_all(
            Record,
            RANKED,
            self._params
            | {"limit": limit, "ids": among, "down": order.descending}
            | {f"no_{at}": number for at, (number, _) in enumerate(keys[:3], 1)}
            | {f"down_{at}": down for at, (_, down) in enumerate(keys[:3], 1)}
            | {"after": standing(order, after)},
            scope=self._organization_id,
        )


def _named(asked: FilterExpr) -> list[UUID] | None:
    """Return the ids that are asked for, where ids are."""
    for one in asked.conditions:
        if one.key == "id" and one.op in {"eq", "in"}:
            return [UUID(str(value)) for value in one.values]
    return None


def _columns(side: str, places: list[Any]) -> dict[str, Any]:
    names = ("absents", "nums", "tss", "txts")
    columns = zip(*places, strict=True)
    return {f"{side}_{name}": list(one) for name, one in zip(names, columns, strict=True)}
