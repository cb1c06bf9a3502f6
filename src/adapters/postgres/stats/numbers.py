from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, override

from psycopg import errors
from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.stats import ports
from core.stats.constants import QUERY_SECONDS
from core.stats.exceptions import QueryTooExpensive
from core.stats.models import (
    Cell,
    Question,
)

CELLS: Final[LiteralString] = """
    WITH asked AS (
        SELECT width_bucket(time, %(bounds)s::timestamptz[]) - 1 AS part,
               (SELECT coalesce(jsonb_agg(
                         coalesce(props->>name, '') ORDER BY at), '[]')
                  FROM unnest(%(group_by)s::text[]) WITH ORDINALITY AS by (name, at)
               ) AS "group",
               CASE WHEN %(aggregation)s = 'unique' THEN subject END AS subject,
               CASE WHEN %(property)s::text IS NULL THEN 1
                    WHEN jsonb_typeof(props->%(property)s) = 'number'
                    THEN (props->>%(property)s)::numeric END AS value
          FROM stats.events
         WHERE organization_id = %(organization_id)s
           AND time >= %(begin)s AND time < %(end)s
           AND (%(event)s::text IS NULL OR name = %(event)s)
           AND NOT EXISTS (
               SELECT 1 FROM jsonb_each_text(%(where)s) AS wanted
                WHERE props->>wanted.key IS DISTINCT FROM wanted.value)
    )
    SELECT part, "group", count(value) AS n,
           CASE %(aggregation)s
                WHEN 'count' THEN count(value)::numeric
                WHEN 'unique' THEN count(DISTINCT subject)::numeric
                WHEN 'sum' THEN sum(value)
                WHEN 'avg' THEN avg(value)
                WHEN 'min' THEN min(value)
                ELSE max(value) END AS value
      FROM asked
     GROUP BY part, "group"
    HAVING count(value) > 0
     ORDER BY part, "group"
"""


class StatsNumbers(ports.Numbers):
    """Parts are found by their bounds, which the core drew: no zone is known here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def cells(self, question: Question, bounds: Sequence[datetime]) -> list[Cell]:
        try:
            async with self._database.transaction():
                await self._database.queue(
                    "SELECT set_config('statement_timeout', %(most)s, true)",
                    {"most": f"{QUERY_SECONDS}s"},
                )
                return await self._cells(question, bounds)
        except errors.QueryCanceled as error:
            raise QueryTooExpensive from error

    async def _cells(self, question: Question, bounds: Sequence[datetime]) -> list[Cell]:
        return await self._database.fetch_all(
            Cell,
            CELLS,
            question.model_dump(exclude={"where"})
            | {
                "bounds": list(bounds),
                "group_by": list(question.group_by),
                "where": Jsonb(question.where),
            },
            scope=question.organization_id,
        )
