"""What every adapter of the port of sign-ins on their way must do."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts.sso import models as sso
from core.accounts.sso.models import TransactionId
from tests import factories
from tests.contracts.sso_connections import connected
from tests.factories import DAY, NOW

BROWSER = b"a browser"


async def begun(container: Container) -> sso.Transaction:
    made = factories.sso_transaction(await connected(container))
    await container.sso_transactions().add(made)
    return made


class SsoTransactionsContract:
    async def test_one_is_answered_once(self, container: Container) -> None:
        made = await begun(container)

        answers = await asyncio.gather(
            *(container.sso_transactions().take(made.id, BROWSER, NOW) for _ in range(5))
        )

        assert [one for one in answers if one] == [made]

    @pytest.mark.parametrize(("browser", "days"), [(b"another", 0), (BROWSER, 1)])
    async def test_one_is_answered_in_time_by_the_browser_that_began(
        self, container: Container, browser: bytes, days: int
    ) -> None:
        made = await begun(container)
        take = container.sso_transactions().take

        assert await take(made.id, browser, NOW + days * DAY) is None
        assert await take(TransactionId(uuid4()), BROWSER, NOW) is None
        assert await take(made.id, BROWSER, NOW) == made

    async def test_what_was_stated_is_redeemed_once(self, container: Container) -> None:
        made, transactions = await begun(container), container.sso_transactions()
        assert await transactions.redeem(made.id, NOW) is None
        await transactions.keep(made.id, b"stated", NOW + DAY / 2)

        tries = [transactions.redeem(made.id, NOW) for _ in range(5)]
        redeemed = [one for one in await asyncio.gather(*tries) if one]

        assert redeemed == [made.evolve(assertion_box=b"stated", expires_at=NOW + DAY / 2)]

    async def test_what_was_stated_is_redeemed_in_time(self, container: Container) -> None:
        made, transactions = await begun(container), container.sso_transactions()
        await transactions.keep(made.id, b"stated", NOW + DAY / 2)

        assert await transactions.redeem(made.id, NOW + DAY / 2) is None
