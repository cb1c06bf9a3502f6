"""A range that begins or ends between two quarters of an hour: its edges come from the events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from core.stats.constants import BUCKET
from core.stats.metering import quarter, total
from core.stats.models import Aggregation
from core.stats.questions import Cell

ADDING: dict[Aggregation, Aggregation] = {
    "count": "count",
    "sum": "sum",
    "avg": "sum",
    "min": "min",
    "max": "max",
}
"""What can be put together, and of what."""


def middle(bounds: Sequence[datetime], aggregation: Aggregation) -> list[datetime] | None:
    """Return the bounds as far as whole quarters go; None where nothing could be put together."""
    if aggregation not in ADDING or any(one != quarter(one) for one in bounds[1:-1]):
        return None
    first, last = quarter(bounds[0]), quarter(bounds[-1])
    if first < bounds[0]:
        first += BUCKET
    return [min(max(one, first), last) for one in bounds] if first < last else None


def together(cells: Iterable[Cell], aggregation: Aggregation) -> list[Cell]:
    """Return one cell of those of each place."""
    places: defaultdict[tuple[int | None, tuple[str, ...]], list[Cell]] = defaultdict(list)
    for cell in cells:
        places[cell.part, cell.group].append(cell)
    return [
        Cell(part=part, group=group, value=_value(some, aggregation), n=sum(c.n for c in some))
        for (part, group), some in places.items()
    ]


def _value(cells: Sequence[Cell], aggregation: Aggregation) -> Decimal:
    values = [cell.value for cell in cells]
    match aggregation:
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "avg":
            return total(values) / sum(cell.n for cell in cells)
        case _:
            return total(values)
