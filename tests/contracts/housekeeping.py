"""What every adapter of Housekeeping must do."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bootstrap import Container
from core.exceptions import RateLimited
from core.models import Limit
from tests import factories
from tests.contracts.idempotency_keys import ANSWER
from tests.contracts.sso_connections import connected
from tests.contracts.throttle import attempt
from tests.factories import NOW


async def key_of(container: Container, owner: str) -> object:
    async with container.transaction()():
        return await container.idempotency_keys().claim(owner, "k", b"one")


async def exceeded(container: Container, limited: tuple[Limit, str]) -> bool:
    try:
        await container.throttle().hit(limited)
    except RateLimited:
        return True
    return False


class HousekeepingContract:
    async def test_a_key_is_forgotten_after_a_day(self, container: Container) -> None:
        owner, now = uuid4().hex, container.clock().now()
        async with container.transaction()():
            await container.idempotency_keys().keep(owner, "k", b"one", ANSWER)

        await container.housekeeping().purge(now + timedelta(hours=23, minutes=59))
        assert await key_of(container, owner) == ANSWER

        assert await container.housekeeping().purge(now + timedelta(hours=24, minutes=1)) >= 1
        assert await key_of(container, owner) is None

    @pytest.mark.parametrize(("seconds", "kept"), [(890, True), (910, False)])
    async def test_a_counter_is_forgotten_once_it_ran_out(
        self, container: Container, seconds: int, *, kept: bool
    ) -> None:
        limited = attempt(1, seconds=900)
        await container.throttle().hit(limited)

        now = container.clock().now()
        await container.housekeeping().purge(now + timedelta(seconds=seconds))

        assert await exceeded(container, limited) is kept

    async def test_a_sign_in_on_its_way_is_forgotten_once_it_is_too_late(
        self, container: Container
    ) -> None:
        begun = factories.sso_transaction(await connected(container))
        await container.sso_transactions().add(begun)

        await container.housekeeping().purge(begun.expires_at + timedelta(seconds=1))

        assert await container.sso_transactions().take(begun.id, b"a browser", NOW) is None

    async def test_where_nothing_is_old_nothing_is_forgotten(self, container: Container) -> None:
        long_ago = container.clock().now() - timedelta(days=3650)

        assert await container.housekeeping().purge(long_ago) == 0
