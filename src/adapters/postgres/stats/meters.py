from typing import Any, Final, LiteralString, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import MeterTaken, TooManyMeters
from core.stats.models import Meter, MeterId

GET: Final[LiteralString] = """
    SELECT id, organization_id, slug, title, event_name, aggregation, property, dimensions, filter,
           state, version, active_from, built_until, created_at
      FROM stats.meters
     WHERE organization_id = %(organization_id)s AND slug = %(slug)s
"""

HOLD: Final = " FOR NO KEY UPDATE"
"""Those who add to the meter look whether it is there, and must not wait for who holds it."""


class StatsMeters(ports.Meters):
    """When a meter is told of what happens, and when an event was received, is said by one clock:
    the database's, while nobody who keeps events is let in.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, meter: Meter, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO stats.meters
                   (id, organization_id, slug, title, event_name, aggregation, property,
                    dimensions, filter, state, version, active_from, created_at)
            SELECT %(id)s, %(organization_id)s, %(slug)s, %(title)s, %(event_name)s,
                   %(aggregation)s, %(property)s, %(dimensions)s, %(filter)s, %(state)s,
                   %(version)s, clock_timestamp(), %(created_at)s
             WHERE (SELECT count(*) FROM stats.meters
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            _columns(meter) | {"most": most},
            scope=meter.organization_id,
            rules={"uq_meters_slug": MeterTaken},
        )
        if not added:
            raise TooManyMeters

    @override
    async def get(
        self, organization_id: OrganizationId, slug: str, *, hold: bool = False
    ) -> Meter | None:
        return await self._database.fetch_one(
            Meter,
            GET + HOLD if hold else GET,
            {"organization_id": organization_id, "slug": slug},
            scope=organization_id,
        )

    @override
    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        return await self._database.fetch_all(
            Meter,
            """
            SELECT id, organization_id, slug, title, event_name, aggregation, property, dimensions,
                   filter, state, version, active_from, built_until, created_at
              FROM stats.meters
             WHERE organization_id = %(organization_id)s
             ORDER BY slug COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def put(self, meter: Meter, *, restart: bool = False) -> None:
        if restart:
            await self._forget(meter)
        await self._database.queue(
            """
            UPDATE stats.meters
               SET title = %(title)s, dimensions = %(dimensions)s, filter = %(filter)s,
                   version = %(version)s, state = %(state)s, built_until = %(built_until)s,
                   active_from = CASE WHEN %(restart)s THEN clock_timestamp()
                                      ELSE active_from END
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _columns(meter) | {"restart": restart},
            scope=meter.organization_id,
        )

    async def _forget(self, meter: Meter) -> None:
        about = {"organization_id": meter.organization_id, "id": meter.id}
        await self._database.queue(
            """
            DELETE FROM stats.rollups
             WHERE organization_id = %(organization_id)s AND meter_id = %(id)s
            """,
            about,
            scope=meter.organization_id,
        )
        await self._database.queue(
            """
            DELETE FROM stats.hourly_rollups
             WHERE organization_id = %(organization_id)s AND meter_id = %(id)s
            """,
            about,
            scope=meter.organization_id,
        )
        await self._database.queue(
            """
            DELETE FROM stats.combinations
             WHERE organization_id = %(organization_id)s AND meter_id = %(id)s
            """,
            about,
            scope=meter.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, meter_id: MeterId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM stats.meters
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": meter_id},
            scope=organization_id,
        )
        return removed > 0

    @override
    async def share(self, organization_id: OrganizationId) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%(key)s, 0))",
            {"key": f"stats/{organization_id}"},
            scope=organization_id,
        )

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"stats/{organization_id}"},
            scope=organization_id,
        )


def _columns(meter: Meter) -> dict[str, Any]:
    conditions = [one.model_dump(mode="json") for one in meter.filter]
    return meter.model_dump() | {
        "dimensions": list(meter.dimensions),
        "filter": Jsonb(conditions),
    }
