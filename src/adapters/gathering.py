"""Events that come at the same time are kept in one transaction: many cost hardly more than one."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, override

from core.exceptions import Unavailable
from core.models import OrganizationId
from core.stats import ports
from core.stats.models import Event
from core.stats.ports import Identity, Keep

AT_ONCE: Final = 500
ROOM: Final = 10_000


@dataclass
class Waiting:
    """Somebody's events, and what they are told once those are kept."""

    events: Sequence[Event]
    answer: asyncio.Future[set[Identity]]


class Gathering(ports.Gathering):
    """Whoever comes first is not kept waiting; who comes meanwhile goes together, next.

    A line for each organization, so that one's trouble is nobody else's.
    """

    def __init__(self, at_once: int = AT_ONCE, room: int = ROOM) -> None:
        self._at_once = at_once
        self._room = room
        self._lines: dict[OrganizationId, deque[Waiting]] = {}
        self._tasks = set[asyncio.Task[None]]()

    @override
    async def __call__(
        self, organization_id: OrganizationId, events: Sequence[Event], keep: Keep
    ) -> set[Identity]:
        if self._room < len(events):
            raise Unavailable("Too many events are waiting to be kept.", retry_after=1)
        waiting = Waiting(events, asyncio.get_running_loop().create_future())
        self._room -= len(events)
        if (line := self._lines.get(organization_id)) is not None:
            line.append(waiting)
        else:
            self._lines[organization_id] = deque([waiting])
            task = asyncio.create_task(self._work_off(organization_id, keep))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await waiting.answer

    async def _work_off(self, organization_id: OrganizationId, keep: Keep) -> None:
        line = self._lines[organization_id]
        while line:
            await self._keep_together(organization_id, self._some(line), keep)
        del self._lines[organization_id]

    def _some(self, line: deque[Waiting]) -> list[Waiting]:
        """Take as many as go together, one at least."""
        some = [line.popleft()]
        number = len(some[0].events)
        while line and number + len(line[0].events) <= self._at_once:
            some.append(line.popleft())
            number += len(some[-1].events)
        return some

    async def _keep_together(
        self, organization_id: OrganizationId, some: list[Waiting], keep: Keep
    ) -> None:
        try:
            new = await keep(organization_id, [event for one in some for event in one.events])
        except Exception as error:
            if len(some) == 1:
                self._answer(some[0], error)
                return
            for one in some:  # each by itself: what is wrong with one is not with the others
                await self._keep_together(organization_id, [one], keep)
            return
        for one in some:
            theirs = {(event.time, event.id) for event in one.events} & new
            new -= theirs  # who came first has sent what is new
            self._answer(one, theirs)

    def _answer(self, one: Waiting, answer: set[Identity] | Exception) -> None:
        self._room += len(one.events)
        if one.answer.done():  # nobody waits any more
            return
        if isinstance(answer, Exception):
            one.answer.set_exception(answer)
        else:
            one.answer.set_result(answer)
