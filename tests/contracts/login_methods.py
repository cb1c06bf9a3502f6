"""What every adapter of the port of ways to sign in must do."""

from uuid import uuid4

from bootstrap import Container
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.contracts.sso_connections import connected


class LoginMethodsContract:
    async def test_each_way_is_told_once(self, container: Container) -> None:
        methods, connection = container.login_methods(), await connected(container)
        user = await known(container, password_hash="a hash")
        assert await methods.of(user.id) == {"password"}
        for _ in range(2):
            await container.identities().add(factories.identity(user, connection))

        assert await methods.of(user.id) == {"password", "identity"}
        assert await methods.of(UserId(uuid4())) == frozenset()

    async def test_nobody_has_none_but_who_never_chose_any(self, container: Container) -> None:
        user = await known(container, password_hash=None)
        async with container.transaction()():
            await container.login_methods().lock(user.id)

        assert await container.login_methods().of(user.id) == frozenset()
