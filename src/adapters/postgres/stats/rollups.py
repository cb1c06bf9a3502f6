from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, override

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from adapters.postgres.database import Database, Params
from adapters.postgres.stats.combinations import Combinations, key_of, place_of
from adapters.postgres.stats.sketches import Union, grown
from adapters.postgres.stats.totals import COUNTED, LARGEST, wanted
from core.models import OrganizationId
from core.stats import filling, metering, ports
from core.stats.models import Aggregation, Contribution, Meter
from core.stats.questions import Cell

MANY: Final = TypeAdapter(list[Contribution])

TOLD: Final[LiteralString] = """
           jsonb_to_recordset(%(added)s::jsonb) AS told (
           meter_id uuid, bucket timestamptz, dims jsonb, n bigint, sum numeric, min numeric,
           max numeric, last_time timestamptz, last numeric)
"""
TO_QUARTERS: Final[LiteralString] = """
    INSERT INTO stats.rollups AS known
           (organization_id, meter_id, bucket, dims, n, sum, min, max, last_time, last)
    SELECT %(organization_id)s, meter_id, bucket, dims, n, sum, min, max, last_time, last
      FROM
"""
TO_HOURS: Final[LiteralString] = """
    INSERT INTO stats.hourly_rollups AS known
           (organization_id, meter_id, bucket, dims, n, sum, min, max, last_time, last)
    SELECT %(organization_id)s, meter_id, date_trunc('hour', bucket, 'UTC') AS bucket, dims,
           sum(n)::bigint, sum(sum), min(min), max(max), max(last_time),
           (array_agg(last ORDER BY last_time DESC NULLS LAST, last DESC))[1]
      FROM
"""
BY_HOUR: Final[LiteralString] = """
     GROUP BY meter_id, 3, dims
"""
ADDED: Final[LiteralString] = """
     ORDER BY meter_id, bucket, dims
    ON CONFLICT (meter_id, bucket, dims) DO UPDATE
       SET n = known.n + excluded.n,
           sum = known.sum + excluded.sum,
           min = least(known.min, excluded.min),
           max = greatest(known.max, excluded.max),
           last_time = greatest(known.last_time, excluded.last_time),
           last = CASE WHEN (excluded.last_time, excluded.last) > (known.last_time, known.last)
                       THEN excluded.last ELSE known.last END
"""

ADD: Final[LiteralString] = TO_QUARTERS + TOLD + ADDED
ADD_TO_HOURS: Final[LiteralString] = TO_HOURS + TOLD + BY_HOUR + ADDED

FOUND: Final[LiteralString] = """
    WITH added_up AS (
        SELECT bucket, dims, n, sum, min, max, last_time, last, NULL::bytea AS sketch
          FROM stats.hourly_rollups
         WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
           AND bucket >= %(first_hour)s AND bucket < %(last_hour)s
        UNION ALL
        SELECT bucket, dims, n, sum, min, max, last_time, last, sketch
          FROM stats.rollups
         WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
           AND bucket >= %(begin)s AND bucket < %(first_hour)s
        UNION ALL
        SELECT bucket, dims, n, sum, min, max, last_time, last, sketch
          FROM stats.rollups
         WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
           AND bucket >= %(last_hour)s AND bucket < %(end)s
    ), found AS (
        SELECT width_bucket(bucket, %(bounds)s::timestamptz[]) - 1 AS part,
               CASE WHEN %(group_by)s::text[] = '{}' THEN '{}'
                    ELSE ARRAY[coalesce(dims->>%(first)s, ''), coalesce(dims->>%(second)s, ''),
                               coalesce(dims->>%(third)s, '')] END COLLATE "C" AS "group",
               dims->>'$step' AS step, n, sum, min, max, last_time, last, sketch
          FROM added_up
    )
"""
"""Whole hours, and the quarters before and behind them."""

QUARTERS: Final[LiteralString] = """
    SELECT meter_id, bucket, dims, n, sum, min, max, last_time, last
      FROM stats.rollups
     WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
       AND bucket >= %(begin)s AND bucket < %(end)s
"""
HOURS: Final[LiteralString] = """
    SELECT meter_id, bucket, dims, n, sum, min, max, last_time, last
      FROM stats.hourly_rollups
     WHERE organization_id = %(organization_id)s AND meter_id = %(meter_id)s
       AND bucket >= %(begin)s AND bucket < %(end)s
"""

PARTS: Final[LiteralString] = """
    , parts AS (
        SELECT part, "group", sum(n)::bigint AS n,
               sum(sum) FILTER (WHERE %(sums)s) AS sum,
               min(min) FILTER (WHERE %(smallest)s) AS min,
               max(max) FILTER (WHERE %(largest)s) AS max
          FROM found
         GROUP BY part, "group"
        HAVING sum(n) > 0
    )
"""

LAST: Final[LiteralString] = """
    , counted AS (
        SELECT part, "group", sum(n)::bigint AS n,
               (array_agg(last ORDER BY last_time DESC, last DESC))[1] AS value
          FROM found
         GROUP BY GROUPING SETS ((part, "group"), ("group"))
        HAVING sum(n) > 0
    )
"""

STEPS: Final[LiteralString] = """
    SELECT part, "group", step, sum(n)::bigint AS n FROM found
     GROUP BY GROUPING SETS ((part, "group", step), ("group", step))
"""

SKETCHES: Final[LiteralString] = """
    SELECT part, "group", n, sketch FROM found
"""


class Rollups(ports.Rollups):
    def __init__(self, database: Database) -> None:
        self._database = database
        self._combinations = Combinations(database)

    @override
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        told = await self._combinations.told_apart(organization_id, contributions)
        added = MANY.dump_json(list(told), exclude={"__all__": {"members"}}).decode()
        params = {"organization_id": organization_id, "added": added}
        if not any(one.members for one in told):
            await self._database.queue(ADD, params, scope=organization_id)
            await self._database.queue(ADD_TO_HOURS, params, scope=organization_id)
            return
        rows = await self._database.fetch_rows(
            ADD + " RETURNING meter_id, bucket, dims, sketch", params, scope=organization_id
        )
        await self._database.queue(ADD_TO_HOURS, params, scope=organization_id)
        known = {(r["meter_id"], r["bucket"], key_of(r["dims"])): r["sketch"] for r in rows}
        await self._grow(organization_id, [one for one in told if one.members], known)

    async def _grow(
        self,
        organization_id: OrganizationId,
        told: Sequence[Contribution],
        known: dict[tuple[Any, ...], bytes | None],
    ) -> None:
        """Add members to sketches, whose rows are ours until the transaction ends."""
        sketches = [
            one.model_dump(mode="json", include={"meter_id", "bucket", "dims"})
            | {"sketch": b64encode(grown(known[place_of(one)], sorted(one.members))).decode()}
            for one in told
        ]
        await self._database.queue(
            """
            UPDATE stats.rollups AS known SET sketch = decode(told.sketch, 'base64')
              FROM jsonb_to_recordset(%(sketches)s) AS told (
                   meter_id uuid, bucket timestamptz, dims jsonb, sketch text)
             WHERE known.organization_id = %(organization_id)s
               AND known.meter_id = told.meter_id AND known.bucket = told.bucket
               AND known.dims = told.dims
            """,
            {"organization_id": organization_id, "sketches": Jsonb(sketches)},
            scope=organization_id,
        )

    @override
    async def between(
        self, meter: Meter, begin: datetime, end: datetime, *, hourly: bool = False
    ) -> list[Contribution]:
        return await self._database.fetch_all(
            Contribution,
            HOURS if hourly else QUARTERS,
            {
                "organization_id": meter.organization_id,
                "meter_id": meter.id,
                "begin": begin,
                "end": end,
            },
            scope=meter.organization_id,
        )

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
        params = _params(meter, bounds, group_by) | wanted(aggregation) | {"groups": groups}
        params |= _hours(bounds, aggregation)
        if aggregation == "unique":
            return filling.largest(await self._unique(meter, params), groups)
        if aggregation[0] == "p":
            share = int(aggregation[1:]) / 100
            return filling.largest(await self._percentiles(meter, params, share), groups)
        counted = LAST if aggregation == "last" else PARTS + COUNTED
        rows = await self._rows(meter, FOUND + counted + LARGEST, params)
        return [Cell(**row) for row in rows]

    async def _percentiles(self, meter: Meter, params: Params, share: float) -> list[Cell]:
        steps: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
        for row in await self._rows(meter, FOUND + STEPS, params):
            steps[row["part"], row["group"]][row["step"]] = row["n"]
        return [
            Cell(part=part, group=group, value=metering.percentile(of, share), n=sum(of.values()))
            for (part, group), of in steps.items()
        ]

    async def _unique(self, meter: Meter, params: Params) -> list[Cell]:
        unions: dict[tuple[Any, ...], Union] = defaultdict(Union)
        counts: dict[tuple[Any, ...], int] = defaultdict(int)
        for row in await self._rows(meter, FOUND + SKETCHES, params):
            place = row["part"], row["group"]
            unions[place].add(row["sketch"])
            counts[place] += row["n"]
        for (part, group), union in list(unions.items()):
            unions[None, group].add(union.sketch)
            counts[None, group] += counts[part, group]
        return [
            Cell(part=part, group=group, value=union.estimate, n=counts[part, group])
            for (part, group), union in unions.items()
        ]

    async def _rows(
        self, meter: Meter, statement: LiteralString, params: Params
    ) -> list[dict[str, Any]]:
        rows = await self._database.fetch_rows(statement, params, scope=meter.organization_id)
        width = len(params["group_by"])
        return [row | {"group": tuple(row["group"][:width])} for row in rows]


def _hours(bounds: Sequence[datetime], aggregation: Aggregation) -> dict[str, datetime]:
    """Return where whole hours serve: nowhere in a part that ends between two, nor for sketches."""
    if aggregation == "unique" or any(one != metering.hour(one) for one in bounds[1:-1]):
        return {"first_hour": bounds[-1], "last_hour": bounds[-1]}
    first, last = metering.whole_hours(bounds[0], bounds[-1])
    return {"first_hour": first, "last_hour": last}


def _params(meter: Meter, bounds: Sequence[datetime], group_by: Sequence[str]) -> dict[str, Any]:
    first, second, third = (*group_by, None, None, None)[:3]
    return {
        "organization_id": meter.organization_id,
        "meter_id": meter.id,
        "bounds": list(bounds),
        "begin": bounds[0],
        "end": bounds[-1],
        "group_by": list(group_by),
        "first": first,
        "second": second,
        "third": third,
    }
