from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, override

from adapters.postgres.database import Database
from adapters.postgres.stats.limited import limited
from adapters.postgres.stats.paths import asks_for_attributes, path_of
from adapters.postgres.stats.totals import COUNTED, LARGEST, wanted
from core.stats import ports
from core.stats.questions import Cell, Question

ASKED: Final[LiteralString] = """
    WITH asked AS (
        SELECT width_bucket(time, %(bounds)s::timestamptz[]) - 1 AS part,
               CASE WHEN %(group_by)s::text[] = '{}' THEN '{}'
                    ELSE ARRAY[coalesce(stats.seen_as(events, %(first)s), ''),
                               coalesce(stats.seen_as(events, %(second)s), ''),
                               coalesce(stats.seen_as(events, %(third)s), '')
                         ] END COLLATE "C" AS "group",
               time,
               CASE WHEN %(property)s::text IS NULL THEN 1
                    WHEN jsonb_typeof(props->%(property)s) = 'number'
                    THEN (props->>%(property)s)::numeric END AS value,
               stats.seen_as(events, %(member)s) AS member
          FROM stats.events
          CROSS JOIN LATERAL (
               SELECT CASE WHEN %(attributes)s THEN stats.seen(events) ELSE props END AS seen
               ) AS all_of_it
         WHERE organization_id = %(organization_id)s
           AND time >= %(begin)s AND time < %(end)s
           AND (%(event)s::text IS NULL OR name = %(event)s)
           AND (%(path)s::jsonpath IS NULL OR seen @@ %(path)s::jsonpath)
    )
"""

PARTS: Final[LiteralString] = """
    , parts AS (
        SELECT part, "group", count(value) AS n,
               sum(value) FILTER (WHERE %(sums)s) AS sum,
               min(value) FILTER (WHERE %(smallest)s) AS min,
               max(value) FILTER (WHERE %(largest)s) AS max
          FROM asked
         GROUP BY part, "group"
        HAVING count(value) > 0
    )
"""

LAST: Final[LiteralString] = """
    , counted AS (
        SELECT part, "group", count(value) AS n,
               (array_agg(value ORDER BY time DESC, value DESC) FILTER (WHERE value IS NOT NULL)
               )[1] AS value
          FROM asked
         GROUP BY GROUPING SETS ((part, "group"), ("group"))
        HAVING count(value) > 0
    )
"""

ALONE: Final[LiteralString] = """
    WITH parts AS (
        SELECT told.no - 1 AS part, '{}'::text[] COLLATE "C" AS "group", n,
               NULL::numeric AS sum, NULL::numeric AS min, NULL::numeric AS max
          FROM unnest((%(bounds)s::timestamptz[])[:%(parts)s], (%(bounds)s::timestamptz[])[2:])
               WITH ORDINALITY AS told (begin, "end", no)
         CROSS JOIN LATERAL (
               SELECT count(*) AS n
                 FROM stats.events
                WHERE organization_id = %(organization_id)s
                  AND time >= greatest(told.begin, %(begin)s) AND time < least(told."end", %(end)s)
"""
OF_ONE_NAME: Final[LiteralString] = """
                  AND name = %(event)s
"""
COUNTED_ALONE: Final[LiteralString] = """
               ) AS counted
         WHERE n > 0
    )
"""
"""Events as such, part by part along an index: to tell each its part takes as long as all else."""

UNIQUE: Final[LiteralString] = """
    , members AS (
        SELECT part, "group", member, count(*) AS n
          FROM asked
         WHERE member IS NOT NULL
         GROUP BY part, "group", member
    ), counted AS (
        SELECT part, "group", sum(n)::bigint AS n, count(*)::numeric AS value
          FROM members
         GROUP BY part, "group"
        UNION ALL
        SELECT NULL, "group", sum(n)::bigint, count(*)::numeric
          FROM (SELECT "group", member, sum(n) AS n FROM members GROUP BY "group", member) AS ever
         GROUP BY "group"
    )
"""

UNIQUE_ALONE: Final[LiteralString] = """
    , members AS (
        SELECT part, member, count(*) AS n
          FROM asked
         WHERE member IS NOT NULL
         GROUP BY part, member
    ), counted AS (
        SELECT part, '{}'::text[] COLLATE "C" AS "group", sum(n)::bigint AS n,
               count(*)::numeric AS value
          FROM members
         GROUP BY part
        UNION ALL
        SELECT NULL, '{}', sum(n)::bigint, count(*)::numeric
          FROM (SELECT sum(n) AS n FROM members GROUP BY member) AS ever
        HAVING count(*) > 0
    )
"""
"""Without groups: to compare one that is the same in each row takes a third of the time."""

PERCENTILE: Final[LiteralString] = """
    , counted AS (
        SELECT part, "group", count(value) AS n,
               percentile_disc(%(share)s) WITHIN GROUP (ORDER BY value) AS value
          FROM asked
         GROUP BY GROUPING SETS ((part, "group"), ("group"))
        HAVING count(value) > 0
    )
"""

STATEMENTS: Final[dict[str, LiteralString]] = {
    "count": ASKED + PARTS + COUNTED + LARGEST,
    "count alone": ALONE + COUNTED_ALONE + COUNTED + LARGEST,
    "count one name": ALONE + OF_ONE_NAME + COUNTED_ALONE + COUNTED + LARGEST,
    "last": ASKED + LAST + LARGEST,
    "unique": ASKED + UNIQUE_ALONE + LARGEST,
    "unique of groups": ASKED + UNIQUE + LARGEST,
    "p": ASKED + PERCENTILE + LARGEST,
}


class StatsNumbers(ports.Numbers):
    """Parts are found by their bounds, which the core drew: no zone is known here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def cells(
        self, question: Question, bounds: Sequence[datetime], *, groups: int
    ) -> list[Cell]:
        async with limited(self._database):
            rows = await self._database.fetch_rows(
                _statement(question),
                _params(question)
                | {"bounds": list(bounds), "parts": len(bounds) - 1, "groups": groups},
                scope=question.organization_id,
            )
        width = len(question.group_by)
        return [Cell(**row | {"group": tuple(row["group"][:width])}) for row in rows]


def _statement(question: Question) -> LiteralString:
    if question.aggregation[0] == "p":
        return STATEMENTS["p"]
    if question.aggregation == "unique" and question.group_by:
        return STATEMENTS["unique of groups"]
    if question.aggregation == "count" and _alone(question):
        return STATEMENTS["count one name" if question.event else "count alone"]
    return STATEMENTS.get(question.aggregation, STATEMENTS["count"])


def _alone(question: Question) -> bool:
    """Tell whether nothing but a name and a time is asked of an event."""
    return not (question.group_by or question.property or path_of(question.filter))


def _params(question: Question) -> dict[str, Any]:
    unique = question.aggregation == "unique"
    member = (question.property or "$subject") if unique else None
    first, second, third = (*question.group_by, None, None, None)[:3]
    return wanted(question.aggregation) | {
        "organization_id": question.organization_id,
        "event": question.event,
        "property": None if unique else question.property,
        "member": member,
        "share": int(question.aggregation[1:]) / 100 if question.aggregation[0] == "p" else None,
        "begin": question.begin,
        "end": question.end,
        "group_by": list(question.group_by),
        "first": first,
        "second": second,
        "third": third,
        "path": path_of(question.filter),
        "attributes": asks_for_attributes(question.filter),
    }
