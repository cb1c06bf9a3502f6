"""What every adapter of Events must do, together with the jobs that carry events."""

from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from bootstrap import Application, Container
from core.exceptions import Unavailable
from core.models import Actor, Event, UserId
from core.service import UseCase
from tests import factories


class Noticed(Event):
    topic = "tests.noticed"

    user_id: UserId


class Ignored(Event):
    topic = "tests.ignored"


told: list[tuple[str, Event, Actor]] = []
missed: list[bool] = []


class First(UseCase):
    """Hear of it."""

    async def __call__(self, event: Noticed, actor: Actor) -> None:
        told.append(("first", event, actor))


class Second(UseCase):
    """Hear of it as well."""

    async def __call__(self, event: Noticed, actor: Actor) -> None:
        told.append(("second", event, actor))


class Broken(UseCase):
    """Never manage to listen."""

    async def __call__(self, _: Noticed, __: Actor) -> None:
        raise Unavailable


class Faltering(UseCase):
    """Miss it the first time."""

    async def __call__(self, event: Noticed, actor: Actor) -> None:
        if missed.pop():
            raise Unavailable
        told.append(("faltering", event, actor))


class EventsContract:
    wiring: ClassVar[type[Container]]

    @pytest.fixture
    async def own(self, container: Container) -> AsyncIterator[Application]:
        """An application of this test's own, with its own listeners."""
        own = Application(self.wiring(settings=container.settings()))
        own.container.subscribers().subscriptions[:] = [
            (Noticed, First),
            (Noticed, Broken),
            (Noticed, Second),
        ]
        told.clear()
        async with own.opened():
            yield own

    async def heard(self, own: Application) -> list[str]:
        """Return who was told, once there is nobody left to tell."""
        for _ in range(2):
            await own.work(wait=False)
        return sorted(name for name, _, _ in told)

    async def test_everybody_who_listens_is_told_and_one_that_fails_stops_nobody(
        self, own: Application
    ) -> None:
        event = Noticed(user_id=UserId(factories.new_id()), at=factories.NOW)

        async with own.container.transaction()():
            await own.container.events().publish(event)

        assert await self.heard(own) == ["first", "second"]
        assert all(seen == event and actor.kind == "system" for _, seen, actor in told)

    async def test_who_fails_is_told_again_and_nobody_else(self, own: Application) -> None:
        missed[:] = [False, True]
        own.container.subscribers().subscriptions.append((Noticed, Faltering))

        async with own.container.transaction()():
            await own.container.events().publish(
                Noticed(user_id=UserId(factories.new_id()), at=factories.NOW)
            )

        assert await self.heard(own) == ["faltering", "first", "second"]

    async def test_nobody_hears_of_what_was_rolled_back(self, own: Application) -> None:
        with pytest.raises(RuntimeError):
            async with own.container.transaction()():
                await own.container.events().publish(
                    Noticed(user_id=UserId(factories.new_id()), at=factories.NOW)
                )
                raise RuntimeError

        assert await self.heard(own) == []

    async def test_nobody_is_told_of_another_topic(self, own: Application) -> None:
        await own.container.events().publish(Ignored(at=factories.NOW))

        assert await self.heard(own) == []
