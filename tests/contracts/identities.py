"""What every adapter of the port of linked identities must do."""

import asyncio
from uuid import uuid4

from bootstrap import Container
from core.accounts.sso import exceptions
from core.accounts.sso.models import Assertion, Identity, IdentityId
from tests import factories
from tests.contracts.founding import known
from tests.contracts.sso_connections import connected
from tests.factories import NOW


def asserted(identity: Identity, **changes: str) -> Assertion:
    known_as = {"issuer": identity.issuer, "subject": identity.subject}
    return Assertion.model_validate(known_as | changes)


class IdentitiesContract:
    async def test_one_is_found_by_connection_issuer_and_subject(
        self, container: Container
    ) -> None:
        connection, other = await connected(container), await connected(container)
        identity = factories.identity(await known(container), connection)
        identities = container.identities()
        await identities.add(identity)

        assert await identities.find(connection.id, asserted(identity)) == identity
        assert await identities.find(other.id, asserted(identity)) is None
        for changes in ({"issuer": "https://x.example.com"}, {"subject": "somebody else"}):
            assert await identities.find(connection.id, asserted(identity, **changes)) is None

    async def test_one_of_two_racing_users_gets_an_identity(self, container: Container) -> None:
        connection = await connected(container)
        users = [await known(container) for _ in range(2)]
        racers = [factories.identity(user, connection, subject="same") for user in users]

        results = await asyncio.gather(
            *map(container.identities().add, racers), return_exceptions=True
        )

        assert sorted(map(type, results), key=str) == [type(None), exceptions.IdentityTaken]

    async def test_its_sessions_go_with_it(self, container: Container) -> None:
        connection, user = await connected(container), await known(container)
        stranger = await known(container)
        identity = factories.identity(user, connection)
        identities = container.identities()
        await identities.add(identity)
        made = factories.session(user, connection_id=connection.id)
        other = factories.session(user)
        for session in (made, other):
            await container.sessions().add(session)

        assert not await identities.remove(stranger.id, identity.id)
        assert not await identities.remove(user.id, IdentityId(uuid4()))
        assert await identities.of_user(user.id) == [identity]
        assert await identities.remove(user.id, identity.id)

        assert await identities.of_user(user.id) == []
        assert await container.sessions().active(user.id, NOW) == [other]
