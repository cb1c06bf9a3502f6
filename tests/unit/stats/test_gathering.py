"""Events that come at once are kept together, and everybody is told of their own."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.gathering import Gathering
from core.exceptions import Unavailable
from core.models import OrganizationId
from core.stats.models import Event, EventId
from core.stats.ports import Identity
from tests.factories import new_id
from tests.unit.stats.desk import NOW

OURS, THEIRS = OrganizationId(new_id()), OrganizationId(new_id())


def event(name: str = "a") -> Event:
    return Event(id=EventId(new_id()), organization_id=OURS, name=name, time=NOW)


class Shelf:
    """Keeps what is new, one batch at a time, and notes how many came together."""

    def __init__(self) -> None:
        self.kept = set[Identity]()
        self.batches: list[list[str]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.began = asyncio.Event()

    async def __call__(self, _: OrganizationId, events: Sequence[Event]) -> set[Identity]:
        self.batches.append([one.name for one in events])
        self.began.set()
        await self.free.wait()
        if any(one.name == "wrong" for one in events):
            raise ValueError("wrong")
        new = {(one.time, one.id) for one in events} - self.kept
        self.kept |= new
        return new


async def test_who_comes_first_does_not_wait_and_who_comes_meanwhile_goes_together() -> None:
    shelf, gathering = Shelf(), Gathering()
    shelf.free.clear()

    first = asyncio.ensure_future(gathering(OURS, [event("first")], shelf))
    await asyncio.sleep(0)
    others = [asyncio.ensure_future(gathering(OURS, [event(str(n))], shelf)) for n in range(3)]
    elsewhere = asyncio.ensure_future(gathering(THEIRS, [event("elsewhere")], shelf))
    await asyncio.sleep(0)
    shelf.free.set()

    assert [len(one) for one in await asyncio.gather(first, *others, elsewhere)] == [1] * 5
    assert shelf.batches == [["first"], ["elsewhere"], ["0", "1", "2"]]


async def test_what_two_send_at_once_is_new_to_one() -> None:
    shelf, gathering, same = Shelf(), Gathering(), event()

    told = await asyncio.gather(*(gathering(OURS, [same, event()], shelf) for _ in range(3)))

    assert sorted(len(one) for one in told) == [1, 1, 2]


async def test_what_is_wrong_with_one_is_not_with_the_others() -> None:
    shelf, gathering = Shelf(), Gathering()
    shelf.free.clear()
    first = asyncio.ensure_future(gathering(OURS, [event()], shelf))
    await asyncio.sleep(0)
    names = ("good", "wrong", "fine")
    others = [asyncio.ensure_future(gathering(OURS, [event(name)], shelf)) for name in names]
    await asyncio.sleep(0)
    shelf.free.set()

    await first
    good, wrong, fine = await asyncio.gather(*others, return_exceptions=True)

    assert isinstance(wrong, ValueError)
    assert isinstance(good, set)
    assert isinstance(fine, set)
    assert len(shelf.kept) == 3


async def test_so_many_go_together_and_so_many_wait() -> None:
    shelf, gathering = Shelf(), Gathering(at_once=2, room=5)
    shelf.free.clear()
    waiting = [asyncio.ensure_future(gathering(OURS, [event()], shelf)) for _ in range(5)]
    await shelf.began.wait()

    with pytest.raises(Unavailable):
        await gathering(OURS, [event()], shelf)
    shelf.free.set()
    await asyncio.gather(*waiting)

    assert [len(one) for one in shelf.batches] == [2, 2, 1]
    await gathering(OURS, [event() for _ in range(5)], shelf)  # more than go together, alone


async def test_who_went_away_holds_up_nobody() -> None:
    shelf, gathering = Shelf(), Gathering()
    shelf.free.clear()
    gone, stays = (asyncio.ensure_future(gathering(OURS, [event()], shelf)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    shelf.free.set()

    assert len(await stays) == 1
    assert len(shelf.kept) == 2
