"""Numbers of each part and group, and of each group as a whole.

A row is looked at once: what a group is as a whole is added up of its parts. And nothing is counted
that nobody asks for: a sum of decimals takes longer than all else about a row.
"""

from typing import Any, Final, LiteralString

COUNTED: Final[LiteralString] = """
    , counted AS (
        SELECT part, "group", n,
               CASE %(aggregation)s
                    WHEN 'count' THEN n::numeric
                    WHEN 'sum' THEN sum
                    WHEN 'avg' THEN sum / n
                    WHEN 'min' THEN min
                    ELSE max END AS value
          FROM (SELECT part, "group", n, sum, min, max FROM parts
                UNION ALL
                SELECT NULL, "group", sum(n)::bigint, sum(sum), min(min), max(max)
                  FROM parts
                 GROUP BY "group") AS parts_and_totals
    )
"""
"""Of `parts`, which have what `wanted` says."""

LARGEST: Final[LiteralString] = """
    , whole AS (
        SELECT part, "group", n, value,
               max(value) FILTER (WHERE part IS NULL) OVER (PARTITION BY "group") AS most
          FROM counted
    ), ranked AS (
        SELECT part, "group", n, value,
               dense_rank() OVER (ORDER BY most DESC, "group") AS place
          FROM whole
    )
    SELECT part, "group", n, value FROM ranked
     WHERE place <= %(groups)s
     ORDER BY place, part NULLS FIRST
"""


def wanted(aggregation: str) -> dict[str, Any]:
    """Return the parameters that say what is added up of each row."""
    return {
        "aggregation": aggregation,
        "sums": aggregation in {"sum", "avg"},
        "smallest": aggregation == "min",
        "largest": aggregation == "max",
    }
