"""Numbers in their places: what has none is nought, or nothing."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.stats import constants
from core.stats.models import Aggregation
from core.stats.questions import Cell
from core.stats.schemas import Point, Series

NOUGHT = {"count", "sum", "unique"}

type Parts = Sequence[tuple[datetime, datetime]]


def series(
    parts: Parts, cells: Sequence[Cell], aggregation: Aggregation, group_by: Sequence[str]
) -> list[Series]:
    """Return a line of numbers for each group, the largest first."""
    by_group: dict[tuple[str, ...], dict[int | None, Decimal]] = {}
    for cell in cells:
        by_group.setdefault(cell.group, {})[cell.part] = cell.value
    if not group_by:
        by_group.setdefault((), {})
    empty = Decimal(0) if aggregation in NOUGHT else None
    return [
        Series(
            dims=dict(zip(group_by, group, strict=True)),
            points=[
                Point(begin=begin, end=end, value=values.get(at, empty))
                for at, (begin, end) in enumerate(parts)
            ],
            total=values.get(None, empty),
        )
        for group, values in by_group.items()
    ]


def room(parts: Parts, limit: int) -> int:
    """Return how many groups there is room for, so that there are not too many numbers."""
    return max(min(limit, constants.CELLS // len(parts)), 1)


def largest(cells: Sequence[Cell], groups: int) -> list[Cell]:
    """Return the cells of so many groups whose whole is the largest, in that order."""
    whole = {cell.group: cell for cell in cells if cell.part is None}
    order = sorted(whole, key=lambda group: (-whole[group].value, group))[:groups]
    places = {group: place for place, group in enumerate(order)}
    shown = [cell for cell in cells if cell.group in places]
    return sorted(shown, key=lambda c: (places[c.group], -1 if c.part is None else c.part))
