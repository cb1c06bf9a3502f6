"""What every adapter of the port of login methods must do."""

import asyncio

import pytest

from bootstrap import Container
from core.accounts import exceptions, policies
from core.accounts.passkeys.models import Passkey
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.factories import NOW


async def passkey_of(container: Container, user_id: UserId) -> Passkey:
    user = await container.users().get(user_id)
    assert user is not None
    made = factories.passkey(user)
    await container.passkeys().add(made)
    return made


class LoginMethodsContract:
    async def test_somebody_signs_in_with_what_they_have(self, container: Container) -> None:
        ada, bob = await known(container), await known(container, password_hash=None)
        of = container.login_methods().of

        assert await of(ada.id) == {"password"}
        assert await of(bob.id) == frozenset()
        passkey = await passkey_of(container, bob.id)
        assert await of(bob.id) == {"passkey"}
        await passkey_of(container, bob.id)
        await container.users().set_password(bob.id, "x", at=NOW)
        assert await of(bob.id) == {"passkey", "password"}
        await container.passkeys().remove(bob.id, passkey.id)
        assert await of(bob.id) == {"passkey", "password"}

    async def test_whoever_is_not_there_signs_in_with_nothing(self, container: Container) -> None:
        assert await container.login_methods().of(UserId(factories.new_id())) == frozenset()

    async def test_of_two_that_are_taken_away_at_once_one_stays(self, container: Container) -> None:
        bob = await known(container, password_hash=None)
        made = [await passkey_of(container, bob.id) for _ in range(2)]

        async def take_away(passkey: Passkey) -> None:
            async with container.transaction()():
                await container.passkeys().remove(bob.id, passkey.id)
                await policies.check_can_sign_in(container.login_methods(), bob.id)

        results = await asyncio.gather(*map(take_away, made), return_exceptions=True)

        assert [type(one) for one in results if one] == [exceptions.LastCredential]
        assert len(await container.passkeys().page(bob.id, limit=5)) == 1

    async def test_what_was_taken_away_in_a_failed_transaction_is_there_again(
        self, container: Container
    ) -> None:
        bob = await known(container, password_hash=None)
        passkey = await passkey_of(container, bob.id)

        with pytest.raises(exceptions.LastCredential):
            async with container.transaction()():
                await container.passkeys().remove(bob.id, passkey.id)
                await policies.check_can_sign_in(container.login_methods(), bob.id)

        assert await container.login_methods().of(bob.id) == {"passkey"}
