"""What only PostgreSQL can show of the ways somebody signs in: others at work at the same time."""

import asyncio

import psycopg

from adapters.embedded import Urls
from bootstrap import Container
from core.accounts import exceptions, policies
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.contracts.login_methods import passkey_of
from tests.factories import NOW


def link_identity(urls: Urls, user_id: UserId) -> None:
    connection_id = factories.new_id()
    with psycopg.connect(urls.owner) as owner:
        owner.execute(
            """
            INSERT INTO accounts.sso_connections (
                id, name, issuer, client_id, client_secret_box, client_authentication, scopes,
                email_claim, trusts_email, jit_enabled, default_role, enabled, created_at,
                updated_at, version
            ) VALUES (%s, 'x', 'x', 'x', 'x', 'client_secret_basic', 'x', 'x', true, true, 'member',
                      true, now(), now(), 1)
            """,
            [connection_id],
        )
        owner.execute(
            """
            INSERT INTO accounts.identities
                   (id, user_id, connection_id, issuer, subject, created_at)
            VALUES (%s, %s, %s, 'x', %s, now())
            """,
            [factories.new_id(), user_id, connection_id, str(user_id)],
        )


async def test_an_identity_elsewhere_is_a_way_in(container: Container, urls: Urls) -> None:
    bob = await known(container, password_hash=None)
    link_identity(urls, bob.id)

    assert await container.login_methods().of(bob.id) == {"identity"}


async def test_two_that_took_one_away_before_either_asked_what_is_left(
    container: Container,
) -> None:
    bob = await known(container, password_hash=None)
    made = [await passkey_of(container, bob.id) for _ in range(2)]
    both_gone = asyncio.Barrier(2)

    async def take_away(number: int) -> None:
        async with container.transaction()():
            await container.passkeys().remove(bob.id, made[number].id)
            await both_gone.wait()
            await policies.check_can_sign_in(container.login_methods(), bob.id)

    results = await asyncio.gather(*map(take_away, range(2)), return_exceptions=True)

    assert [type(one) for one in results if one] == [exceptions.LastCredential]
    assert len(await container.passkeys().page(bob.id, limit=5)) == 1


async def test_a_password_that_goes_at_the_same_time_counts_no_more(container: Container) -> None:
    bob = await known(container)
    passkey = await passkey_of(container, bob.id)
    asked, going = asyncio.Event(), asyncio.Event()

    async def drop_password() -> None:
        async with container.transaction()():
            await container.users().set_password(bob.id, None, at=NOW)
            going.set()
            await asked.wait()

    async def take_away() -> None:
        await going.wait()
        async with container.transaction()():
            await container.passkeys().remove(bob.id, passkey.id)
            asked.set()
            await policies.check_can_sign_in(container.login_methods(), bob.id)

    results = await asyncio.gather(drop_password(), take_away(), return_exceptions=True)

    assert [type(one) for one in results if one] == [exceptions.LastCredential]
    assert await container.login_methods().of(bob.id) == {"passkey"}
