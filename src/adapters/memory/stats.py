"""Events and numbers, in dictionaries."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import override

from adapters.memory.store import Store
from core.models import OrganizationId
from core.stats import metering, ports
from core.stats.exceptions import MeterTaken, TooManyMeters
from core.stats.models import (
    Aggregation,
    Cell,
    Contribution,
    Event,
    EventId,
    Meter,
    MeterId,
    NameSeen,
    Question,
)
from core.stats.ports import Identity

type Place = tuple[int, tuple[str, ...]]


class StatsEvents(ports.Events):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Event)

    @override
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        new = set[Identity]()
        async with self._store.writing():
            for one in events:
                key = one.organization_id, one.time, one.id
                if key not in self._rows:
                    self._rows[key] = one
                    new.add((one.time, one.id))
        return new

    @override
    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None:
        return self._rows.get((organization_id, time, event_id))

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        limit: int,
        before: Identity | None = None,
        name: str | None = None,
        subject: str | None = None,
    ) -> list[Event]:
        found = [
            row
            for row in self._rows.values()
            if row.organization_id == organization_id
            and name in {None, row.name}
            and subject in {None, row.subject}
            and (before is None or (row.time, row.id) < before)
        ]
        return sorted(found, key=lambda row: (row.time, row.id), reverse=True)[:limit]

    @override
    async def erase(self, organization_id: OrganizationId, subject: str) -> int:
        async with self._store.writing():
            theirs = [
                key
                for key, row in self._rows.items()
                if (row.organization_id, row.subject) == (organization_id, subject)
            ]
            for key in theirs:
                del self._rows[key]
            return len(theirs)

    @override
    async def names(self, organization_id: OrganizationId) -> list[NameSeen]:
        times: dict[str, list[datetime]] = {}
        for row in self._rows.values():
            if row.organization_id == organization_id:
                times.setdefault(row.name, []).append(row.time)
        found = [
            NameSeen(name=name, count=len(seen), first_seen=min(seen), last_seen=max(seen))
            for name, seen in times.items()
        ]
        return sorted(found, key=lambda one: (-one.count, one.name))


class StatsNumbers(ports.Numbers):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Event)

    @override
    async def cells(self, question: Question, bounds: Sequence[datetime]) -> list[Cell]:
        found: dict[Place, list[Event]] = {}
        for row in self._rows.values():
            if _is_asked_for(row, question):
                group = tuple(metering.text(row.props.get(key)) for key in question.group_by)
                place = bisect_right(bounds, row.time) - 1, group
                found.setdefault(place, []).append(row)
        cells = [_cell(place, rows, question) for place, rows in found.items()]
        return sorted((one for one in cells if one is not None), key=_place)


class StatsMeters(ports.Meters):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Meter)
        self._rollups = store.table(Contribution)

    @override
    async def add(self, meter: Meter, *, most: int) -> None:
        async with self._store.writing():
            known = await self.all(meter.organization_id)
            if meter.slug in {row.slug for row in known}:
                raise MeterTaken
            if len(known) >= most:
                raise TooManyMeters
            self._rows[meter.id] = meter

    @override
    async def get(self, organization_id: OrganizationId, slug: str) -> Meter | None:
        return next((row for row in await self.all(organization_id) if row.slug == slug), None)

    @override
    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        rows = [row for row in self._rows.values() if row.organization_id == organization_id]
        return sorted(rows, key=lambda row: row.slug)

    @override
    async def remove(self, organization_id: OrganizationId, meter_id: MeterId) -> bool:
        async with self._store.writing():
            found = self._rows.get(meter_id)
            if found is None or found.organization_id != organization_id:
                return False
            del self._rows[meter_id]
            for key in [key for key, row in self._rollups.items() if row.meter_id == meter_id]:
                del self._rollups[key]
            return True

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
        self._events = store.table(Event)

    @override
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        async with self._store.writing():
            for one in contributions:
                key = one.meter_id, one.bucket, tuple(sorted(one.dims.items()))
                known = self._rows.get(key)
                self._rows[key] = one if known is None else metering.together(known, one)

    @override
    async def build(self, meter: Meter) -> int:
        ours = [
            row for row in self._events.values() if row.organization_id == meter.organization_id
        ]
        added = metering.contributions([meter], ours)
        await self.add(meter.organization_id, added)
        return sum(one.n for one in added)

    @override
    async def cells(
        self, meter: Meter, bounds: Sequence[datetime], group_by: Sequence[str]
    ) -> list[Cell]:
        found: dict[Place, Contribution] = {}
        for row in self._rows.values():
            if row.meter_id == meter.id and bounds[0] <= row.bucket < bounds[-1]:
                group = tuple(row.dims.get(key, "") for key in group_by)
                place = bisect_right(bounds, row.bucket) - 1, group
                known = found.get(place)
                found[place] = row if known is None else metering.together(known, row)
        cells = [
            Cell(part=part, group=group, value=_of_meter(meter, one), n=one.n)
            for (part, group), one in found.items()
        ]
        return sorted(cells, key=_place)


def _of_meter(meter: Meter, one: Contribution) -> Decimal:
    match meter.aggregation:
        case "count":
            return Decimal(one.n)
        case "sum":
            return one.sum
        case "min":
            return one.min or Decimal(0)
        case "max":
            return one.max or Decimal(0)


def _is_asked_for(row: Event, question: Question) -> bool:
    return (
        row.organization_id == question.organization_id
        and question.begin <= row.time < question.end
        and question.event in {None, row.name}
        and all(
            key in row.props
            and row.props[key] is not None
            and metering.text(row.props[key]) == value
            for key, value in question.where.items()
        )
    )


def _cell(place: Place, rows: Iterable[Event], question: Question) -> Cell | None:
    part, group = place
    rows = list(rows)
    values: list[Decimal] = [Decimal(1)] * len(rows)
    if question.property is not None:
        told = [metering.number(row.props.get(question.property)) for row in rows]
        values = [value for value in told if value is not None]
    if not values:
        return None
    value = _aggregated(question.aggregation, rows, values)
    return Cell(part=part, group=group, value=value, n=len(values))


def _aggregated(how: Aggregation, rows: Sequence[Event], values: Sequence[Decimal]) -> Decimal:
    match how:
        case "count":
            return Decimal(len(rows))
        case "unique":
            return Decimal(len({row.subject for row in rows if row.subject is not None}))
        case "sum":
            return sum(values, Decimal(0))
        case "avg":
            return sum(values, Decimal(0)) / len(values)
        case "min":
            return min(values)
        case "max":
            return max(values)


def _place(cell: Cell) -> Place:
    return cell.part, cell.group


class Partitions(ports.Partitions):
    """There is room for everything in memory."""

    @override
    async def ensure(self, begin: datetime, end: datetime) -> list[str]:
        return []

    @override
    async def drop(self, before: datetime) -> list[str]:
        return []
