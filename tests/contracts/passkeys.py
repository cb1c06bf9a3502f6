"""What every adapter of the port of passkeys must do."""

import asyncio

import pytest

from bootstrap import Container
from core.accounts.passkeys import exceptions
from core.accounts.passkeys.models import Passkey, PasskeyId, Use
from tests import factories
from tests.contracts.founding import known
from tests.factories import DAY, NOW


async def kept(container: Container, **fields: object) -> Passkey:
    """Return a passkey of somebody new."""
    passkey = factories.passkey(await known(container), **fields)
    await container.passkeys().add(passkey)
    return passkey


async def used(container: Container, passkey: Passkey, count: int) -> Passkey | None:
    use = Use(sign_count=count, backed_up=passkey.backed_up)
    await container.passkeys().use(passkey.id, use, NOW)
    return await container.passkeys().by_credential(passkey.credential_id)


class PasskeysContract:
    async def test_a_passkey_is_found_by_its_credential(self, container: Container) -> None:
        made = await kept(container, backed_up=True, transports=("hybrid", "usb"), sign_count=2**32)
        await kept(container, transports=())

        find = container.passkeys().by_credential
        assert await find(made.credential_id) == made
        assert await find(made.credential_id[:-1]) is None

    async def test_a_credential_is_kept_once_whoever_comes_with_it(
        self, container: Container
    ) -> None:
        made = await kept(container)

        for user in (await known(container), await known(container)):
            with pytest.raises(exceptions.PasskeyRefused):
                await container.passkeys().add(
                    factories.passkey(user, credential_id=made.credential_id)
                )
        assert await container.passkeys().by_credential(made.credential_id) == made

    async def test_of_many_that_bring_a_credential_at_once_one_keeps_it(
        self, container: Container
    ) -> None:
        first = factories.passkey(await known(container))
        made = [first, *(first.evolve(id=factories.new_id()) for _ in range(4))]

        tries = map(container.passkeys().add, made)
        results = await asyncio.gather(*tries, return_exceptions=True)

        assert results.count(None) == 1
        refused = [one for one in results if isinstance(one, exceptions.PasskeyRefused)]
        assert len(refused) == 4

    async def test_somebodys_are_listed_newest_first_a_page_at_a_time(
        self, container: Container
    ) -> None:
        ada = await known(container)
        made = [factories.passkey(ada) for _ in range(3)]
        for one in made:
            await container.passkeys().add(one)
        await kept(container)
        page = container.passkeys().page

        assert await page(ada.id, limit=2) == [made[2], made[1]]
        assert await page(ada.id, limit=2, before=made[1].id) == [made[0]]
        assert await page((await known(container)).id, limit=2) == []

    async def test_a_use_is_noted(self, container: Container) -> None:
        made = await kept(container, sign_count=7)
        later = NOW + DAY

        use = Use(sign_count=9, backed_up=True)
        await container.passkeys().use(made.id, use, later)

        found = await container.passkeys().by_credential(made.credential_id)
        assert found == made.evolve(sign_count=9, backed_up=True, last_used_at=later)

    @pytest.mark.parametrize(
        ("last", "now", "accepted"),
        [(0, 0, True), (0, 1, True), (7, 8, True), (7, 7, False), (7, 6, False), (7, 0, False)],
    )
    async def test_a_count_only_grows_or_stays_at_zero(
        self, container: Container, last: int, now: int, *, accepted: bool
    ) -> None:
        made = await kept(container, sign_count=last)

        if accepted:
            assert await used(container, made, now) == made.evolve(sign_count=now, last_used_at=NOW)
            return
        with pytest.raises(exceptions.PasskeyRefused):
            await used(container, made, now)
        assert await container.passkeys().by_credential(made.credential_id) == made

    async def test_of_many_uses_at_once_with_one_count_one_is_good(
        self, container: Container
    ) -> None:
        made = await kept(container)

        tries = [used(container, made, 1) for _ in range(5)]
        results = await asyncio.gather(*tries, return_exceptions=True)

        refused = [one for one in results if isinstance(one, exceptions.PasskeyRefused)]
        assert len(refused) == 4

    async def test_what_is_not_there_is_not_used(self, container: Container) -> None:
        with pytest.raises(exceptions.PasskeyRefused):
            await container.passkeys().use(
                PasskeyId(factories.new_id()), Use(sign_count=1, backed_up=False), NOW
            )

    async def test_its_owner_renames_it_and_nobody_else(self, container: Container) -> None:
        made, other = await kept(container), await known(container)
        rename = container.passkeys().rename

        with pytest.raises(exceptions.PasskeyNotFound):
            await rename(other.id, made.id, "mine")
        renamed = await rename(made.user_id, made.id, "blue key")

        assert renamed == made.evolve(name="blue key")
        assert await container.passkeys().by_credential(made.credential_id) == renamed

    async def test_its_owner_removes_it_once_and_nobody_else(self, container: Container) -> None:
        made, other = await kept(container), await known(container)
        remove = container.passkeys().remove

        with pytest.raises(exceptions.PasskeyNotFound):
            await remove(other.id, made.id)
        assert await remove(made.user_id, made.id) == made
        with pytest.raises(exceptions.PasskeyNotFound):
            await remove(made.user_id, made.id)
        assert await container.passkeys().by_credential(made.credential_id) is None
