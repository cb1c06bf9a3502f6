from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import override

from adapters.memory.store import Store
from core.stats import filling, metering, ports
from core.stats.conditions import hold
from core.stats.models import Aggregation, Event
from core.stats.questions import Cell, Question

type Place = tuple[int | None, tuple[str, ...]]
type Found = tuple[datetime, Decimal, str]
"""When, how much, and who or what is counted once."""


class StatsNumbers(ports.Numbers):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Event)

    @override
    async def cells(
        self, question: Question, bounds: Sequence[datetime], *, groups: int
    ) -> list[Cell]:
        found: dict[Place, list[Found]] = {}
        for row in self._rows.values():
            if not _is_asked_for(row, question) or (one := _counted(row, question)) is None:
                continue
            props = metering.seen(row)
            group = tuple(metering.text(props.get(key)) for key in question.group_by)
            for part in (None, bisect_right(bounds, row.time) - 1):
                found.setdefault((part, group), []).append(one)
        cells = [
            Cell(part=part, group=group, value=aggregated(question.aggregation, all_), n=len(all_))
            for (part, group), all_ in found.items()
        ]
        return filling.largest(cells, groups)


def _is_asked_for(row: Event, question: Question) -> bool:
    return (
        row.organization_id == question.organization_id
        and question.begin <= row.time < question.end
        and question.event in {None, row.name}
        and hold(question.filter, metering.seen(row))
    )


def _counted(row: Event, question: Question) -> Found | None:
    """Return what one event counts for; None when it does not."""
    if question.aggregation == "unique":
        member = metering.seen(row).get(question.property or "$subject")
        return None if member is None else (row.time, Decimal(1), metering.text(member))
    if question.property is None:
        return row.time, Decimal(1), ""
    value = metering.number(row.props.get(question.property))
    return None if value is None else (row.time, value, "")


def aggregated(how: Aggregation, found: Sequence[Found]) -> Decimal:
    values = sorted(value for _, value, _ in found)
    if how.startswith("p"):
        return values[ceil(int(how[1:]) / 100 * len(values)) - 1]
    total = metering.total(values)
    return {
        "count": Decimal(len(values)),
        "unique": Decimal(len({member for _, _, member in found})),
        "sum": total,
        "avg": total / len(values),
        "min": values[0],
        "max": values[-1],
        "last": max((time, value) for time, value, _ in found)[1],
    }[how]
