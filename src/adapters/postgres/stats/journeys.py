from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, override

from adapters.postgres.database import Database, Params
from adapters.postgres.stats.limited import limited
from adapters.postgres.stats.paths import asks_for_attributes, path_of
from core.stats import constants, ports
from core.stats.questions import FunnelQuestion, RetentionQuestion, Return, Step

MATCHED: Final = """
    WITH matched AS MATERIALIZED (
        SELECT subject, time, id, {steps} AS steps
          FROM stats.events
          CROSS JOIN LATERAL (
               SELECT CASE WHEN %(attributes)s THEN stats.seen(events) ELSE props END AS seen
               ) AS all_of_it
         WHERE organization_id = %(organization_id)s
           AND time >= %(begin)s AND time < %(end)s
           AND name = ANY(%(events)s::text[])
           AND subject IS NOT NULL
    ), begun AS (
        SELECT subject, min(time) AS began FROM matched WHERE steps & 1 > 0 GROUP BY subject
    ), level_1 AS (
        SELECT subject, time, id, steps,
               CASE WHEN steps & 1 > 0 THEN time END AS start,
               CASE WHEN steps & 1 > 0 THEN 1 ELSE 0 END AS reached
          FROM matched
          JOIN begun USING (subject)
         WHERE steps > 0 AND time >= began
    )
"""
"""Whoever never took the first step is not looked at any further."""

STEP: Final = """
    CASE WHEN name = (%(events)s::text[])[{step}]
          AND ((%(paths)s::jsonpath[])[{step}] IS NULL OR seen @@ (%(paths)s::jsonpath[])[{step}])
         THEN {bit} ELSE 0 END
"""

LEVEL: Final = """
    , level_{step} AS (
        SELECT subject, time, id, steps, following AS start,
               CASE WHEN time - following <= %(window)s THEN {step} ELSE reached END AS reached
          FROM (SELECT *, CASE WHEN steps & {bit} > 0 THEN max(start) OVER before END AS following
                  FROM level_{previous}
                WINDOW before AS (PARTITION BY subject ORDER BY time, id
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS way
    )
"""
"""Each event of a step begins as late as any event of the step before it that came earlier."""

REACHED: Final = """
    SELECT reached, count(*) AS n
      FROM (SELECT max(reached) AS reached FROM level_{step} GROUP BY subject) AS best
     GROUP BY reached
"""

FUNNELS: Final = {
    steps: MATCHED.format(
        steps=" | ".join(
            STEP.format(step=step, bit=1 << (step - 1)) for step in range(1, steps + 1)
        )
    )
    + "".join(
        LEVEL.format(step=step, previous=step - 1, bit=1 << (step - 1))
        for step in range(2, steps + 1)
    )
    + REACHED.format(step=steps)
    for steps in range(2, constants.STEPS + 1)
}
"""The statement by how many steps there are."""

RETENTION: Final[LiteralString] = """
    WITH first AS (
        SELECT DISTINCT ON (subject) subject, time,
               width_bucket(time, %(bounds)s::timestamptz[]) - 1 AS cohort
          FROM stats.events
          CROSS JOIN LATERAL (
               SELECT CASE WHEN %(attributes)s THEN stats.seen(events) ELSE props END AS seen
               ) AS all_of_it
         WHERE organization_id = %(organization_id)s
           AND time >= %(begin)s AND time < %(end)s
           AND name = %(first)s AND subject IS NOT NULL
           AND (%(first_path)s::jsonpath IS NULL OR seen @@ %(first_path)s::jsonpath)
         ORDER BY subject, time, id
    ), later AS (
        SELECT subject, time, width_bucket(time, %(bounds)s::timestamptz[]) - 1 AS part
          FROM stats.events
          CROSS JOIN LATERAL (
               SELECT CASE WHEN %(attributes)s THEN stats.seen(events) ELSE props END AS seen
               ) AS all_of_it
         WHERE organization_id = %(organization_id)s
           AND time >= %(begin)s AND time < %(end)s
           AND name = %(again)s AND subject IS NOT NULL
           AND (%(again_path)s::jsonpath IS NULL OR seen @@ %(again_path)s::jsonpath)
    ), back AS (
        SELECT DISTINCT first.cohort, later.part - first.cohort AS later, subject
          FROM first JOIN later USING (subject)
         WHERE later.time >= first.time
    )
    SELECT cohort, NULL::integer AS later, count(*) AS n FROM first GROUP BY cohort
    UNION ALL
    SELECT cohort, later, count(*) AS n FROM back GROUP BY cohort, later
"""


class Journeys(ports.Journeys):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def funnel(self, question: FunnelQuestion) -> list[int]:
        steps = len(question.steps)
        async with limited(self._database):
            rows = await self._database.fetch_rows(
                FUNNELS[steps], _funnel(question), scope=question.organization_id
            )
        reached = {row["reached"]: row["n"] for row in rows}
        return [
            sum(reached.get(far, 0) for far in range(at, steps + 1)) for at in range(1, steps + 1)
        ]

    @override
    async def retention(
        self, question: RetentionQuestion, bounds: Sequence[datetime]
    ) -> list[Return]:
        async with limited(self._database):
            return await self._database.fetch_all(
                Return,
                RETENTION,
                {
                    "organization_id": question.organization_id,
                    "bounds": list(bounds),
                    "begin": bounds[0],
                    "end": bounds[-1],
                    "first": question.first.event,
                    "first_path": path_of(question.first.filter),
                    "again": question.again.event,
                    "again_path": path_of(question.again.filter),
                    "attributes": _look_further((question.first, question.again)),
                },
                scope=question.organization_id,
            )


def _funnel(question: FunnelQuestion) -> Params:
    return {
        "organization_id": question.organization_id,
        "begin": question.begin,
        "end": question.end,
        "window": question.window,
        "events": [step.event for step in question.steps],
        "paths": [path_of(step.filter) for step in question.steps],
        "attributes": _look_further(question.steps),
    }


def _look_further(steps: Sequence[Step]) -> bool:
    return any(asks_for_attributes(step.filter) for step in steps)
