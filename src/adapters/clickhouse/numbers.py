from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, override

from adapters.clickhouse.asking import Asking, micros
from adapters.clickhouse.database import Database
from adapters.clickhouse.values import ticks
from core.stats import filling, ports
from core.stats.questions import Cell, Question

VALUES: Final = {
    "count": "count()",
    "sum": "sum(amount)",
    "avg": "sum(amount) / count()",
    "min": "min(amount)",
    "max": "max(amount)",
    "last": "argMax(amount, (time, amount))",
    "unique": "uniqExact(amount)",
    "p50": "quantileExact(0.499999999999)(amount)",
    "p90": "quantileExact(0.899999999999)(amount)",
    "p95": "quantileExact(0.949999999999)(amount)",
    "p99": "quantileExact(0.989999999999)(amount)",
}
"""A percentile is the first value that such a share of all is not above, as `percentile_disc` has
it; `quantileExact` takes the one after that where the share is a whole number of them.
"""

LARGEST: Final = """
    , whole AS (
        SELECT begin, told, n, value, is_part,
               maxIf(value, NOT is_part) OVER (PARTITION BY told) AS most
          FROM counted
    ), ranked AS (
        SELECT begin, told, n, value, is_part,
               dense_rank() OVER (ORDER BY most DESC, told) AS place
          FROM whole
    )
    SELECT begin, told, n, value, is_part FROM ranked WHERE place <= {groups:UInt64}
"""


class StatsNumbers(ports.Numbers):
    """Parts are found by their bounds, which the core drew: no zone is known here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def cells(
        self, question: Question, bounds: Sequence[datetime], *, groups: int
    ) -> list[Cell]:
        asking = Asking()
        statement = written(question, asking)
        begins = [ticks(bound) for bound in bounds]
        rows = await self._database.limited(
            statement, asking.params | {"bounds": begins, "groups": groups}
        )
        parts = {begin: part for part, begin in enumerate(begins)}
        return filling.largest([_cell(row, parts) for row in rows], groups)


def _cell(row: dict[str, Any], parts: dict[int, int]) -> Cell:
    return Cell(
        part=parts[row["begin"]] if row["is_part"] else None,
        group=tuple(row["told"]),
        value=Decimal(str(row["value"])),
        n=row["n"],
    )


def written(question: Question, asking: Asking) -> str:
    """Return the statement, and have its parameters filled."""
    given, told = asking.given, ", ".join(asking.text(key) for key in question.group_by)
    named = "true" if question.event is None else f"name = {given(question.event)}"
    return f"""
    WITH asked AS (
        SELECT roundDown(toUnixTimestamp64Micro(time), {{bounds:Array(Int64)}}) AS begin,
               CAST([{told}], 'Array(String)') AS told,
               time, {_amount(question, asking)} AS amount
          FROM stats_events FINAL
         WHERE organization_id = {given(question.organization_id, "UUID")}
           AND time >= {micros(given(ticks(question.begin), "Int64"))}
           AND time < {micros(given(ticks(question.end), "Int64"))}
           AND {named} AND {asking.holds(question.filter)}
    ), counted AS (
        SELECT begin, told, NOT grouping(begin) AS is_part, count() AS n,
               {VALUES[question.aggregation]} AS value
          FROM asked
         WHERE amount IS NOT NULL
         GROUP BY GROUPING SETS ((begin, told), (told))
    ) {LARGEST}
    """  # noqa: S608 - of words that are here alone


def _amount(question: Question, asking: Asking) -> str:
    if question.aggregation == "unique":
        return asking.member(question.property or "$subject")
    return "toDecimal256(1, 30)" if question.property is None else asking.number(question.property)
