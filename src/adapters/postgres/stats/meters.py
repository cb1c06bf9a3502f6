from collections.abc import Sequence
from datetime import datetime
from typing import override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import MeterTaken, TooManyMeters
from core.stats.models import (
    Cell,
    Contribution,
    Meter,
    MeterId,
)


class StatsMeters(ports.Meters):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, meter: Meter, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO stats.meters
                   (id, organization_id, slug, event_name, aggregation, property, dimensions,
                    version, created_at)
            SELECT %(id)s, %(organization_id)s, %(slug)s, %(event_name)s, %(aggregation)s,
                   %(property)s, %(dimensions)s, %(version)s, %(created_at)s
             WHERE (SELECT count(*) FROM stats.meters
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            meter.model_dump() | {"dimensions": list(meter.dimensions), "most": most},
            scope=meter.organization_id,
            rules={"uq_meters_slug": MeterTaken},
        )
        if not added:
            raise TooManyMeters

    @override
    async def get(self, organization_id: OrganizationId, slug: str) -> Meter | None:
        return await self._database.fetch_one(
            Meter,
            """
            SELECT id, organization_id, slug, event_name, aggregation, property, dimensions,
                   version, created_at
              FROM stats.meters
             WHERE organization_id = %(organization_id)s AND slug = %(slug)s
            """,
            {"organization_id": organization_id, "slug": slug},
            scope=organization_id,
        )

    @override
    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        return await self._database.fetch_all(
            Meter,
            """
            SELECT id, organization_id, slug, event_name, aggregation, property, dimensions,
                   version, created_at
              FROM stats.meters
             WHERE organization_id = %(organization_id)s
             ORDER BY slug
            """,
            {"organization_id": organization_id},
            scope=organization_id,
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


class Rollups(ports.Rollups):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        await self._database.queue(
            """
            INSERT INTO stats.rollups AS known
                   (organization_id, meter_id, bucket, dims, n, sum, min, max)
            SELECT %(organization_id)s, meter_id, bucket, dims, n, sum, min, max
              FROM jsonb_to_recordset(%(added)s) AS told (
                   meter_id uuid, bucket timestamptz, dims jsonb, n bigint, sum numeric,
                   min numeric, max numeric)
             ORDER BY meter_id, bucket, dims
            ON CONFLICT (meter_id, bucket, dims) DO UPDATE
               SET n = known.n + excluded.n, sum = known.sum + excluded.sum,
                   min = least(known.min, excluded.min),
                   max = greatest(known.max, excluded.max)
            """,
            {
                "organization_id": organization_id,
                "added": Jsonb([one.model_dump(mode="json") for one in contributions]),
            },
            scope=organization_id,
        )

    @override
    async def build(self, meter: Meter) -> int:
        row = await self._database.fetch_row(
            """
            WITH built AS (
                INSERT INTO stats.rollups
                       (organization_id, meter_id, bucket, dims, n, sum, min, max)
                SELECT organization_id, %(id)s, bucket, dims, count(*), sum(value), min(value),
                       max(value)
                  FROM (
                       SELECT organization_id,
                              date_bin('15 minutes', time, '2000-01-01 00:00+00') AS bucket,
                              (SELECT coalesce(jsonb_object_agg(
                                        name, coalesce(props->>name, '')), '{}')
                                 FROM unnest(%(dimensions)s::text[]) AS name) AS dims,
                              CASE WHEN %(property)s::text IS NULL THEN 1
                                   WHEN jsonb_typeof(props->%(property)s) = 'number'
                                   THEN (props->>%(property)s)::numeric END AS value
                         FROM stats.events
                        WHERE organization_id = %(organization_id)s
                          AND name = %(event_name)s
                       ) AS counted
                 WHERE value IS NOT NULL
                 GROUP BY organization_id, bucket, dims
                RETURNING n
            )
            SELECT coalesce(sum(n), 0)::bigint AS n FROM built
            """,
            meter.model_dump() | {"dimensions": list(meter.dimensions)},
            scope=meter.organization_id,
        )
        return row["n"] if row else 0

    @override
    async def cells(
        self, meter: Meter, bounds: Sequence[datetime], group_by: Sequence[str]
    ) -> list[Cell]:
        return await self._database.fetch_all(
            Cell,
            """
            SELECT width_bucket(bucket, %(bounds)s::timestamptz[]) - 1 AS part,
                   (SELECT coalesce(jsonb_agg(coalesce(dims->>name, '') ORDER BY at), '[]')
                      FROM unnest(%(group_by)s::text[]) WITH ORDINALITY AS by (name, at)
                   ) AS "group",
                   sum(n)::bigint AS n,
                   CASE %(aggregation)s WHEN 'count' THEN sum(n) WHEN 'sum' THEN sum(sum)
                        WHEN 'min' THEN min(min) ELSE max(max) END AS value
              FROM stats.rollups
             WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
               AND bucket >= %(begin)s AND bucket < %(end)s
             GROUP BY 1, 2
             ORDER BY 1, 2
            """,
            {
                "organization_id": meter.organization_id,
                "meter_id": meter.id,
                "aggregation": meter.aggregation,
                "bounds": list(bounds),
                "begin": bounds[0],
                "end": bounds[-1],
                "group_by": list(group_by),
            },
            scope=meter.organization_id,
        )
