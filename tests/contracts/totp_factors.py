"""What every adapter of the port of authenticator apps must do."""

import asyncio

import pytest

from bootstrap import Container
from core.accounts.mfa import exceptions, models
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.factories import DAY, NOW


def factor(user_id: UserId, box: bytes = b"a box") -> models.TotpFactor:
    return models.TotpFactor(user_id=user_id, secret_box=box, created_at=NOW)


async def confirmed(container: Container, step: int = 5) -> models.TotpFactor:
    made = factor((await known(container)).id)
    await container.totp_factors().add(made)
    assert await container.totp_factors().confirm(made, step, NOW)
    return made.evolve(confirmed_at=NOW, last_used_step=step)


class TotpFactorsContract:
    async def test_what_was_kept_is_found(self, container: Container) -> None:
        factors, ada = container.totp_factors(), await known(container)
        await factors.add(factor(ada.id))

        assert await factors.get(ada.id) == factor(ada.id)
        assert await factors.get(UserId(factories.new_id())) is None

    async def test_an_unconfirmed_one_gives_way(self, container: Container) -> None:
        factors, ada = container.totp_factors(), await known(container)
        old, new = factor(ada.id), factor(ada.id, b"another")
        await factors.add(old)
        await factors.add(new)

        assert await factors.get(ada.id) == new
        assert not await factors.confirm(old, 5, NOW)
        assert await factors.confirm(new, 5, NOW)

    async def test_a_confirmed_one_stays(self, container: Container) -> None:
        factors, there = container.totp_factors(), await confirmed(container)

        with pytest.raises(exceptions.TotpAlreadyEnabled):
            await factors.add(factor(there.user_id, b"another"))
        assert await factors.get(there.user_id) == there

    async def test_it_is_confirmed_once(self, container: Container) -> None:
        factors, ada = container.totp_factors(), await known(container)
        await factors.add(factor(ada.id))

        tries = [factors.confirm(factor(ada.id), step, NOW) for step in range(5)]

        assert sorted(await asyncio.gather(*tries)) == [False] * 4 + [True]

    async def test_a_step_is_used_once_and_none_before_it(self, container: Container) -> None:
        factors, there = container.totp_factors(), await confirmed(container, step=5)

        for step, counts in ((5, False), (4, False), (6, True), (6, False), (5, False), (9, True)):
            assert await factors.use(there.user_id, step) is counts, step

    async def test_of_many_who_use_a_step_at_once_one_does(self, container: Container) -> None:
        factors, there = container.totp_factors(), await confirmed(container, step=5)

        results = await asyncio.gather(*(factors.use(there.user_id, 6) for _ in range(20)))

        assert sum(results) == 1

    async def test_an_unconfirmed_one_is_not_used(self, container: Container) -> None:
        factors, ada = container.totp_factors(), await known(container)
        await factors.add(factor(ada.id))

        assert not await factors.use(ada.id, 5)
        assert not await factors.use(UserId(factories.new_id()), 5)

    async def test_one_that_was_removed_is_gone_and_others_stay(self, container: Container) -> None:
        factors = container.totp_factors()
        there, other = await confirmed(container), await confirmed(container)

        for _ in range(2):
            await factors.remove(there.user_id)

        assert await factors.get(there.user_id) is None
        assert await factors.get(other.user_id) == other
        await factors.add(factor(there.user_id).evolve(created_at=NOW + DAY))
