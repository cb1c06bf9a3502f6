"""Numbers in their places: what has none is nought, or nothing."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.stats import constants
from core.stats.models import Aggregation, Cell
from core.stats.schemas import Point, Series

ADDITIVE = {"count", "sum"}
NOUGHT = {"count", "sum", "unique"}

type Parts = Sequence[tuple[datetime, datetime]]


def series(
    parts: Parts,
    cells: Sequence[Cell],
    totals: Sequence[Cell],
    aggregation: Aggregation,
    group_by: Sequence[str],
) -> tuple[list[Series], bool]:
    """Return a line of numbers for each group, the largest first, and whether some are left out."""
    by_group: dict[tuple[str, ...], dict[int, Cell]] = {}
    for cell in cells:
        by_group.setdefault(cell.group, {})[cell.part] = cell
    whole = {cell.group: cell.value for cell in totals}
    groups = sorted(
        by_group, key=lambda group: (-sum(c.n for c in by_group[group].values()), group)
    )
    shown = groups[: constants.GROUPS] or ([] if group_by else [()])
    empty = Decimal(0) if aggregation in NOUGHT else None
    return [
        Series(
            dims=dict(zip(group_by, group, strict=True)),
            points=[
                Point(
                    begin=begin,
                    end=end,
                    value=found.value if (found := by_group.get(group, {}).get(at)) else empty,
                )
                for at, (begin, end) in enumerate(parts)
            ],
            total=whole.get(group, empty),
        )
        for group in shown
    ], len(groups) > len(shown)
