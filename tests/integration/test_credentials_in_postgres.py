"""Whoever claims an account is alone in it: every table that could let somebody in is emptied."""

import psycopg

from adapters.embedded import Urls
from bootstrap import Container
from tests import factories
from tests.contracts.founding import founded, known
from tests.factories import NOW


async def test_passkeys_identities_and_keys_are_forgotten_too(
    container: Container, urls: Urls
) -> None:
    organization, _ = await founded(container)
    ada, bob = await known(container), await known(container)
    connection_id = factories.new_id()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO accounts.sso_connections VALUES"
            " (%s, %s, 'n', 'https://i', 'c', '', 'client_secret_basic', 's', 'email', false,"
            " false, 'member', true, now(), now(), 1)",
            [connection_id, organization.id],
        )
        for user in (ada, bob):
            new = [factories.new_id() for _ in range(3)]
            owner.execute(
                "INSERT INTO accounts.passkeys"
                " VALUES (%s, %s, %s, '', 0, '{}', false, 'n', now(), NULL)",
                [new[0], user.id, user.id.bytes],
            )
            owner.execute(
                "INSERT INTO accounts.identities VALUES (%s, %s, %s, 'https://i', %s, NULL, now())",
                [new[1], user.id, connection_id, str(user.id)],
            )
            owner.execute(
                "INSERT INTO accounts.api_keys (id, organization_id, user_id, name, key_hash,"
                " scopes, created_at) VALUES (%s, %s, %s, 'n', %s, '{}', now())",
                [new[2], organization.id, user.id, user.id.bytes],
            )

        await container.credentials().forget(ada.id, NOW)

        for user, left in ((ada, 0), (bob, 1)):
            found = owner.execute(
                "SELECT (SELECT count(*) FROM accounts.passkeys WHERE user_id = %(id)s),"
                " (SELECT count(*) FROM accounts.identities WHERE user_id = %(id)s),"
                " (SELECT count(*) FROM accounts.api_keys"
                "   WHERE user_id = %(id)s AND revoked_at IS NULL)",
                {"id": user.id},
            ).fetchone()
            assert found == (left, left, left)
