from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.models import OrganizationId
from core.stats import metering, ports
from core.stats.conditions import hold
from core.stats.models import Event
from core.stats.questions import FunnelQuestion, RetentionQuestion, Return, Step


class Journeys(ports.Journeys):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Event)

    @override
    async def funnel(self, question: FunnelQuestion) -> list[int]:
        reached = Counter[int]()
        for events in self._of_each(question.organization_id, question.begin, question.end):
            starts = range(len(events))
            reached[max((_way(events[at:], question) for at in starts), default=0)] += 1
        steps = len(question.steps)
        return [sum(reached[far] for far in range(at, steps + 1)) for at in range(1, steps + 1)]

    @override
    async def retention(
        self, question: RetentionQuestion, bounds: Sequence[datetime]
    ) -> list[Return]:
        found = Counter[tuple[int, int | None]]()
        for events in self._of_each(question.organization_id, bounds[0], bounds[-1]):
            first = next((one for one in events if _is(one, question.first)), None)
            if first is None:
                continue
            cohort = bisect_right(bounds, first.time) - 1
            found[cohort, None] += 1
            again = [e for e in events if e.time >= first.time and _is(e, question.again)]
            for later in {bisect_right(bounds, one.time) - 1 - cohort for one in again}:
                found[cohort, later] += 1
        return [Return(cohort=cohort, later=later, n=n) for (cohort, later), n in found.items()]

    def _of_each(
        self, organization_id: OrganizationId, begin: datetime, end: datetime
    ) -> Iterable[list[Event]]:
        """Return the events of each subject, in order."""
        found: dict[str, list[Event]] = {}
        for row in self._rows.values():
            if row.organization_id != organization_id or row.subject is None:
                continue
            if begin <= row.time < end:
                found.setdefault(row.subject, []).append(row)
        return [sorted(rows, key=lambda row: (row.time, row.id)) for rows in found.values()]


def _is(event: Event, step: Step) -> bool:
    return event.name == step.event and hold(step.filter, metering.seen(event))


def _way(events: Sequence[Event], question: FunnelQuestion) -> int:
    """Return how many steps are taken from the first event on, each as soon as it can be."""
    if not _is(events[0], question.steps[0]):
        return 0
    taken = 1
    for one in events[1:]:
        if one.time - events[0].time > question.window or taken == len(question.steps):
            break
        taken += _is(one, question.steps[taken])
    return taken
