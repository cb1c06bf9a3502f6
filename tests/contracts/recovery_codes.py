"""What every adapter of the port of recovery codes must do."""

import asyncio

from bootstrap import Container
from core.accounts.mfa import models
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.factories import NOW


def codes(user_id: UserId, count: int = 3) -> list[models.RecoveryCode]:
    return [
        models.RecoveryCode(
            id=models.RecoveryCodeId(factories.new_id()),
            user_id=user_id,
            code_hash=f"hash {number}",
            created_at=NOW,
        )
        for number in range(count)
    ]


class RecoveryCodesContract:
    async def test_new_ones_take_the_place_of_all_the_old(self, container: Container) -> None:
        kept, ada, bob = container.recovery_codes(), *[await known(container) for _ in range(2)]
        old, new, others = codes(ada.id), codes(ada.id, 2), codes(bob.id)
        for user, made in ((ada, old), (bob, others), (ada, new)):
            await kept.replace(user.id, made)

        assert await kept.unused(ada.id) == new
        assert await kept.unused(bob.id) == others
        assert not await kept.use(old[0].id, NOW)

    async def test_none_take_the_place_of_all(self, container: Container) -> None:
        kept, ada = container.recovery_codes(), await known(container)
        await kept.replace(ada.id, codes(ada.id))

        await kept.replace(ada.id, [])

        assert await kept.unused(ada.id) == []

    async def test_each_is_used_once(self, container: Container) -> None:
        kept, ada = container.recovery_codes(), await known(container)
        first, second, third = codes(ada.id)
        await kept.replace(ada.id, [first, second, third])

        results = await asyncio.gather(*(kept.use(second.id, NOW) for _ in range(10)))

        assert sum(results) == 1
        assert await kept.unused(ada.id) == [first, third]

    async def test_nobody_elses_is_there(self, container: Container) -> None:
        kept = container.recovery_codes()

        assert not await kept.use(models.RecoveryCodeId(factories.new_id()), NOW)
        assert await kept.unused(UserId(factories.new_id())) == []
