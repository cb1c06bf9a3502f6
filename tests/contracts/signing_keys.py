"""What every adapter of the port of signing keys must do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bootstrap import Container
from core.accounts import ports
from tests import factories
from tests.factories import DAY, NOW

HOUR = timedelta(hours=1)


class Undone(Exception):
    """Ends a transaction whose work was only looked at."""


@asynccontextmanager
async def emptied(container: Container) -> AsyncIterator[ports.SigningKeys]:
    """Play with no keys at all; whatever was there comes back."""
    try:
        async with container.transaction()():
            keys = container.signing_keys()
            for _ in range(3):  # next becomes current, current previous, and previous is forgotten
                await keys.promote(NOW, forget_retired_before=NOW + 100_000 * DAY)
            yield keys
            raise Undone
    except Undone:
        pass


class SigningKeysContract:
    async def test_there_is_one_current_and_one_next(self, container: Container) -> None:
        async with emptied(container) as keys:
            current = factories.signing_key(state="current", promoted_at=NOW)
            following = factories.signing_key(state="next", created_at=NOW + HOUR)

            assert await keys.all() == []
            assert await keys.add(current)
            assert await keys.add(following)
            for state in ("current", "next"):
                assert not await keys.add(factories.signing_key(state=state))
            assert await keys.all() == [following, current]

    async def test_promoting_moves_every_key_on(self, container: Container) -> None:
        async with emptied(container) as keys:
            current = factories.signing_key(state="current", promoted_at=NOW)
            following = factories.signing_key(state="next", created_at=NOW + HOUR)
            for key in (current, following):
                await keys.add(key)

            await keys.promote(NOW + DAY, forget_retired_before=NOW)

            assert await keys.all() == [
                following.evolve(state="current", promoted_at=NOW + DAY),
                current.evolve(state="previous", retired_at=NOW + DAY),
            ]
            assert await keys.add(factories.signing_key(state="next"))

    async def test_a_retired_key_is_forgotten_when_nobody_needs_it(
        self, container: Container
    ) -> None:
        async with emptied(container) as keys:
            for round_ in range(3):
                for state in ("current", "next"):
                    await keys.add(factories.signing_key(state=state))
                await keys.promote(NOW + round_ * DAY, forget_retired_before=NOW + round_ * DAY)
            assert [key.retired_at for key in await keys.all() if key.state == "previous"] == [
                NOW + 2 * DAY
            ]

            await keys.promote(NOW + 3 * DAY, forget_retired_before=NOW + 2 * DAY)

            retired = {key.retired_at for key in await keys.all() if key.state == "previous"}
            assert retired == {NOW + 2 * DAY, NOW + 3 * DAY}
