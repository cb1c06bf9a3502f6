from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import override

from adapters.memory.stats.received import Received
from adapters.memory.store import Store
from core.models import OrganizationId
from core.ports import Clock
from core.stats import constants, filling, metering, ports
from core.stats.exceptions import MeterTaken, TooManyMeters
from core.stats.models import Aggregation, Contribution, Meter, MeterId
from core.stats.questions import Cell

type Place = tuple[int | None, tuple[str, ...]]


class StatsMeters(ports.Meters):
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._rows = store.table(Meter)
        self._rollups = store.table(Contribution)
        self._received = Received(store, clock)

    @override
    async def add(self, meter: Meter, *, most: int) -> None:
        async with self._store.writing():
            known = await self.all(meter.organization_id)
            if meter.slug in {row.slug for row in known}:
                raise MeterTaken
            if len(known) >= most:
                raise TooManyMeters
            self._rows[meter.id] = meter.evolve(active_from=self._received.now())

    @override
    async def get(
        self, organization_id: OrganizationId, slug: str, *, hold: bool = False
    ) -> Meter | None:
        return next((row for row in await self.all(organization_id) if row.slug == slug), None)

    @override
    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        rows = [row for row in self._rows.values() if row.organization_id == organization_id]
        return sorted(rows, key=lambda row: row.slug)

    @override
    async def put(self, meter: Meter, *, restart: bool = False) -> None:
        async with self._store.writing():
            if restart:
                self._forget(meter.id)
                meter = meter.evolve(active_from=self._received.now())
            self._rows[meter.id] = meter

    @override
    async def remove(self, organization_id: OrganizationId, meter_id: MeterId) -> bool:
        async with self._store.writing():
            found = self._rows.get(meter_id)
            if found is None or found.organization_id != organization_id:
                return False
            del self._rows[meter_id]
            self._forget(meter_id)
            return True

    def _forget(self, meter_id: MeterId) -> None:
        for key in [key for key, row in self._rollups.items() if row.meter_id == meter_id]:
            del self._rollups[key]

    @override
    async def share(self, organization_id: OrganizationId) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        """As above."""


class Rollups(ports.Rollups):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Contribution)

    @override
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        async with self._store.writing():
            for told in contributions:
                one = self._told_apart(told)
                key = one.meter_id, one.bucket, tuple(sorted(one.dims.items()))
                known = self._rows.get(key)
                self._rows[key] = one if known is None else metering.together([known, one])

    def _told_apart(self, one: Contribution) -> Contribution:
        """Return it as one of all others, if a day has too many different ones already."""
        today = {
            tuple(sorted(metering.apart(row.dims).items()))
            for row in self._rows.values()
            if row.meter_id == one.meter_id and row.bucket.date() == one.bucket.date()
        }
        if len(today) < constants.COMBINATIONS:
            return one
        if tuple(sorted(metering.apart(one.dims).items())) in today:
            return one
        return one.model_copy(update={"dims": metering.other(one.dims)})

    @override
    async def between(
        self, meter: Meter, begin: datetime, end: datetime, *, hourly: bool = False
    ) -> list[Contribution]:
        found = [
            row
            for row in self._rows.values()
            if row.meter_id == meter.id and begin <= row.bucket < end
        ]
        return metering.by_hour(found) if hourly else found

    @override
    async def cells(
        self,
        meter: Meter,
        aggregation: Aggregation,
        bounds: Sequence[datetime],
        group_by: Sequence[str],
        *,
        groups: int,
    ) -> list[Cell]:
        found: dict[Place, list[Contribution]] = {}
        for row in await self.between(meter, bounds[0], bounds[-1]):
            group = tuple(row.dims.get(key, "") for key in group_by)
            for part in (None, bisect_right(bounds, row.bucket) - 1):
                found.setdefault((part, group), []).append(row)
        cells = [
            Cell(part=part, group=group, value=_of(aggregation, rows), n=sum(r.n for r in rows))
            for (part, group), rows in found.items()
        ]
        return filling.largest(cells, groups)


def _of(aggregation: Aggregation, rows: Sequence[Contribution]) -> Decimal:
    if aggregation.startswith("p"):
        steps: dict[str, int] = {}
        for row in rows:
            step = row.dims[constants.STEP]
            steps[step] = steps.get(step, 0) + row.n
        return metering.percentile(steps, int(aggregation[1:]) / 100)
    one = metering.together(rows)
    return {
        "count": Decimal(one.n),
        "sum": one.sum,
        "avg": one.sum / one.n,
        "min": one.min,
        "max": one.max,
        "last": one.last,
        "unique": Decimal(len(one.members)),
    }[aggregation] or Decimal(0)
