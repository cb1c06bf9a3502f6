from collections.abc import Sequence
from datetime import datetime
from typing import Final, override

from adapters.clickhouse.asking import Asking, micros
from adapters.clickhouse.database import Database
from adapters.clickhouse.values import TICK, ticks
from core.stats import ports
from core.stats.questions import FunnelQuestion, RetentionQuestion, Return, Step

LEVEL: Final = """
    , level_{step} AS (
        SELECT subject, at, id, steps, if(bitTest(steps, {previous}), before, NULL) AS start,
               if(ifNull(at - start <= {window}, false), {step}, reached) AS reached
          FROM (SELECT subject, at, id, steps, reached,
                       max(start) OVER (PARTITION BY subject ORDER BY at, id
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                  FROM level_{previous}) AS way
    )
"""
"""Each event of a step begins as late as any event of the step before it that came earlier."""

REACHED: Final = """
    SELECT best, count() AS n
      FROM (SELECT max(reached) AS best FROM level_{step} GROUP BY subject) AS far
     GROUP BY best
"""

RETURNED: Final = """
    , theirs AS (
        SELECT minIf(at, first) AS start, argMinIf(part, at, first) AS cohort,
               groupUniqArrayIf((at, part), again) AS times
          FROM matched
         GROUP BY subject
        HAVING countIf(first) > 0
    ), back AS (
        SELECT cohort,
               arrayJoin(arrayConcat([NULL], arrayDistinct(arrayMap(
                   one -> one.2 - cohort, arrayFilter(one -> one.1 >= start, times))))) AS later
          FROM theirs
    )
    SELECT cohort, later, count() AS n FROM back GROUP BY cohort, later
"""


class Journeys(ports.Journeys):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def funnel(self, question: FunnelQuestion) -> list[int]:
        asking, steps = Asking(), len(question.steps)
        rows = await self._database.limited(_funnel(question, asking), asking.params)
        reached = {row["best"]: row["n"] for row in rows}
        return [
            sum(reached.get(far, 0) for far in range(at, steps + 1)) for at in range(1, steps + 1)
        ]

    @override
    async def retention(
        self, question: RetentionQuestion, bounds: Sequence[datetime]
    ) -> list[Return]:
        asking = Asking()
        statement = _retention(question, bounds, asking)
        rows = await self._database.limited(statement, asking.params)
        return [Return.model_validate(row) for row in rows]


def _funnel(question: FunnelQuestion, asking: Asking) -> str:
    window = asking.given(question.window // TICK, "Int64")
    steps = " + ".join(
        f"toUInt16({_is(step, asking)}) * {1 << at}" for at, step in enumerate(question.steps)
    )
    last = len(question.steps)
    levels = (
        LEVEL.format(step=step, previous=step - 1, window=window) for step in range(2, last + 1)
    )
    return f"""
    WITH matched AS (
        SELECT subject, toUnixTimestamp64Micro(time) AS at, toUInt128(id) AS id, {steps} AS steps
          FROM stats_events FINAL
         WHERE {_theirs(question.organization_id, question.begin, question.end, asking)}
           AND name IN ({", ".join(asking.given(step.event) for step in question.steps)})
    ), level_1 AS (
        SELECT subject, at, id, steps, if(bitTest(steps, 0), at, NULL) AS start,
               toUInt8(bitTest(steps, 0)) AS reached
          FROM matched
         WHERE steps > 0
    ) {"".join(levels)} {REACHED.format(step=last)}
    """  # noqa: S608 - of words that are here alone


def _retention(question: RetentionQuestion, bounds: Sequence[datetime], asking: Asking) -> str:
    drawn = asking.given([ticks(bound) for bound in bounds], "Array(Int64)")
    return f"""
    WITH matched AS (
        SELECT subject, toUnixTimestamp64Micro(time) AS at,
               toInt64(indexOf({drawn}, roundDown(at, {drawn}))) - 1 AS part,
               {_is(question.first, asking)} AS first, {_is(question.again, asking)} AS again
          FROM stats_events FINAL
         WHERE {_theirs(question.organization_id, bounds[0], bounds[-1], asking)}
           AND name IN ({asking.given(question.first.event)}, {asking.given(question.again.event)})
    ) {RETURNED}
    """  # noqa: S608 - of words that are here alone


def _is(step: Step, asking: Asking) -> str:
    return f"(name = {asking.given(step.event)} AND {asking.holds(step.filter)})"


def _theirs(organization_id: object, begin: datetime, end: datetime, asking: Asking) -> str:
    return f"""organization_id = {asking.given(organization_id, "UUID")}
           AND time >= {micros(asking.given(ticks(begin), "Int64"))}
           AND time < {micros(asking.given(ticks(end), "Int64"))}
           AND subject IS NOT NULL"""
