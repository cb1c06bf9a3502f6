from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import override

from adapters.memory.stats.received import Received
from adapters.memory.store import Store
from core.models import OrganizationId
from core.ports import Clock
from core.stats import constants, ports
from core.stats.conditions import kind
from core.stats.models import Event, EventId, NameSeen
from core.stats.ports import Identity
from core.stats.questions import PropSeen
from core.stats.selections import Selection


class StatsEvents(ports.Events):
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._rows = store.table(Event)
        self._received = Received(store, clock)

    @override
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        new = set[Identity]()
        async with self._store.writing():
            for one in events:
                key = one.organization_id, one.time, one.id
                if key not in self._rows:
                    at = {"received_at": self._received.now()}
                    self._rows[key] = one.model_copy(update=at)
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
        selection: Selection,
        *,
        limit: int,
        before: Identity | None = None,
    ) -> list[Event]:
        found = [
            row
            for row in self._rows.values()
            if row.organization_id == organization_id
            and _is_selected(row, selection)
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


def _is_selected(row: Event, selection: Selection) -> bool:
    received = selection.received_before
    return (
        selection.name in {None, row.name}
        and selection.subject in {None, row.subject}
        and (selection.begin is None or row.time >= selection.begin)
        and (selection.end is None or row.time < selection.end)
        and (received is None or (row.received_at is not None and row.received_at < received))
    )


class NameKept(NameSeen):
    organization_id: OrganizationId


class EventNames(ports.EventNames):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(NameKept)
        self._events = store.table(Event)

    @override
    async def admit(
        self, organization_id: OrganizationId, seen: Mapping[str, datetime]
    ) -> set[str]:
        excess = set[str]()
        async with self._store.writing():
            for name, at in sorted(seen.items()):
                known = self._rows.get((organization_id, name))
                ours = sum(row.organization_id == organization_id for row in self._rows.values())
                if known is None and ours >= constants.NAMES:
                    excess.add(name)
                    continue
                first = at if known is None else min(known.first_seen, at)
                last = at if known is None else max(known.last_seen, at)
                self._rows[organization_id, name] = NameKept(
                    organization_id=organization_id, name=name, first_seen=first, last_seen=last
                )
        return excess

    @override
    async def all(
        self, organization_id: OrganizationId, begin: datetime, end: datetime
    ) -> list[NameSeen]:
        counts = Counter(
            row.name
            for row in self._events.values()
            if row.organization_id == organization_id and begin <= row.time < end
        )
        found = [
            NameSeen(
                name=row.name,
                first_seen=row.first_seen,
                last_seen=row.last_seen,
                count=counts[row.name],
            )
            for row in self._rows.values()
            if row.organization_id == organization_id
        ]
        return sorted(found, key=lambda one: (-one.count, one.name))

    @override
    async def props(self, organization_id: OrganizationId, name: str) -> list[PropSeen]:
        theirs = [
            row
            for row in self._events.values()
            if (row.organization_id, row.name) == (organization_id, name)
        ]
        newest = sorted(theirs, key=lambda row: (row.time, row.id), reverse=True)
        kinds: dict[str, Counter[str]] = {}
        for row in newest[: constants.SAMPLE]:
            for key, value in row.props.items():
                kinds.setdefault(key, Counter())[kind(value)] += 1
        found = [
            PropSeen(key=key, count=of.total(), kinds=tuple(sorted(of)))
            for key, of in kinds.items()
        ]
        return sorted(found, key=lambda one: (-one.count, one.key))
