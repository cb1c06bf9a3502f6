import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, override
from uuid import UUID
from weakref import WeakValueDictionary

from adapters.clickhouse.database import Database
from adapters.clickhouse.values import kept, moment, ticks, told
from core.models import OrganizationId
from core.stats import ports
from core.stats.models import Event, EventId
from core.stats.ports import Identity
from core.stats.selections import Selection

type Turn = Callable[[OrganizationId], Awaitable[None]]
"""Lets one in at a time, of all processes, until its transaction ends."""

KNOWN: Final = """
    SELECT toUnixTimestamp64Micro(time) AS at, id
      FROM stats_events
     WHERE organization_id = {organization_id:UUID}
       AND time IN (SELECT fromUnixTimestamp64Micro(arrayJoin({times:Array(Int64)}), 'UTC'))
       AND id IN {ids:Array(UUID)}
"""

COLUMNS: Final = """
    SELECT organization_id, toUnixTimestamp64Micro(time) AS at, id, name, subject, session, source,
           ext_id, props, toUnixTimestamp64Micro(received_at) AS received
      FROM stats_events FINAL
     WHERE organization_id = {organization_id:UUID}
"""

GET: Final = (
    COLUMNS + " AND time = fromUnixTimestamp64Micro({time:Int64}, 'UTC') AND id = {id:UUID}"
)

NEWEST: Final = """
    SELECT name, time, id
      FROM stats_events FINAL
     WHERE organization_id = {organization_id:UUID}
       AND ({name:Nullable(String)} IS NULL OR name = {name:Nullable(String)})
       AND ({subject:Nullable(String)} IS NULL OR subject = {subject:Nullable(String)})
       AND time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
       AND time < fromUnixTimestamp64Micro({end:Int64}, 'UTC')
       AND received_at < fromUnixTimestamp64Micro({received_before:Int64}, 'UTC')
       AND time <= fromUnixTimestamp64Micro({time:Int64}, 'UTC')
       AND (time < fromUnixTimestamp64Micro({time:Int64}, 'UTC')
            OR toUInt128(id) < toUInt128({id:UUID}))
     ORDER BY time DESC, toUInt128(id) DESC
     LIMIT {limit:UInt64}
"""
"""A UUID of ClickHouse's is ordered by its second half; as a number it is as everywhere."""

PAGE: Final = f"""{COLUMNS}
       AND (name, time, id) IN ({NEWEST})
     ORDER BY time DESC, toUInt128(id) DESC
"""
"""Which they are is found out first, by the few columns that tell."""

COUNT: Final = """
    SELECT count() AS n FROM stats_events FINAL
     WHERE organization_id = {organization_id:UUID} AND subject = {subject:String}
"""

ERASE: Final = """
    DELETE FROM stats_events
     WHERE organization_id = {organization_id:UUID} AND subject = {subject:String}
"""

EARLIEST: Final = ticks(datetime.fromisoformat("1970-01-01T00:00:00Z"))
LATEST: Final = ticks(datetime.fromisoformat("2250-01-01T00:00:00Z"))
HIGHEST: Final = UUID(int=2**128 - 1)


class StatsEvents(ports.Events):
    """Who appends takes turns with all others of the organization, so that of two who send the
    same only one is told that it is new. What came twice for all that is one when it is read.
    """

    def __init__(self, database: Database, turn: Turn) -> None:
        self._database, self._turn = database, turn
        self._here: WeakValueDictionary[OrganizationId, asyncio.Lock] = WeakValueDictionary()

    @override
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        if not events:
            return set()
        organization_id = events[0].organization_id
        await self._turn(organization_id)
        async with self._here.setdefault(organization_id, asyncio.Lock()):
            each = {(one.time, one.id): one for one in reversed(events)}  # the first of its kind
            new = each.keys() - await self._known(organization_id, each)
            if new:
                await self._database.add(_row(one) for key, one in each.items() if key in new)
        return new

    async def _known(
        self, organization_id: OrganizationId, asked: dict[Identity, Event]
    ) -> set[Identity]:
        rows = await self._database.rows(
            KNOWN,
            {
                "organization_id": organization_id,
                "times": [ticks(time) for time, _ in asked],
                "ids": [event_id for _, event_id in asked],
            },
        )
        return {(moment(row["at"]), EventId(UUID(row["id"]))) for row in rows}

    @override
    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None:
        rows = await self._database.rows(
            GET, {"organization_id": organization_id, "time": ticks(time), "id": event_id}
        )
        return _event(rows[0]) if rows else None

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        selection: Selection,
        *,
        limit: int,
        before: Identity | None = None,
    ) -> list[Event]:
        time, event_id = before or (None, HIGHEST)
        rows = await self._database.rows(
            PAGE,
            {
                "organization_id": organization_id,
                "name": selection.name,
                "subject": selection.subject,
                "begin": EARLIEST if selection.begin is None else ticks(selection.begin),
                "end": _end(selection.end),
                "received_before": _end(selection.received_before),
                "time": _end(time),
                "id": event_id,
                "limit": limit,
            },
        )
        return [_event(row) for row in rows]

    @override
    async def erase(self, organization_id: OrganizationId, subject: str) -> int:
        theirs = {"organization_id": organization_id, "subject": subject}
        [row] = await self._database.rows(COUNT, theirs)
        await self._database.do(ERASE, theirs)
        return int(row["n"])


def _end(time: datetime | None) -> int:
    return LATEST if time is None else ticks(time)


def _row(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude={"time", "props", "received_at"}) | {
        "time": f"{event.time:%Y-%m-%d %H:%M:%S.%f}",
        "props": {key: kept(value) for key, value in event.props.items()},
    }


def _event(row: dict[str, Any]) -> Event:
    return Event.model_validate(
        {key: value for key, value in row.items() if key not in {"at", "received"}}
        | {
            "time": moment(row["at"]),
            "received_at": moment(row["received"]),
            "props": told(row["props"]),
        }
    )
