"""The second wall: PostgreSQL shows one tenant's rows, also to SQL that forgets to ask for them."""

import pytest

from adapters.postgres.database import PLATFORM
from bootstrap import Container
from tests.contracts.accounts import founded

FORGETFUL = "SELECT organization_id FROM accounts.memberships"


async def test_a_statement_that_forgets_its_where_sees_its_tenant_alone(
    container: Container,
) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
    assert await database.fetch_values(FORGETFUL, {}) == []
    everybody = await database.fetch_values(FORGETFUL, {}, scope=PLATFORM)
    assert {ours.id, theirs.id} <= set(everybody)


async def test_it_changes_its_tenants_rows_alone(container: Container) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    changed = await database.execute(
        "UPDATE accounts.memberships SET role = role", {}, scope=ours.id
    )

    assert changed == 1
    assert await container.organizations().get(theirs.id) == theirs


async def test_nothing_of_a_tenant_stays_on_a_connection(container: Container) -> None:
    ours, _ = await founded(container)
    database = container.database()
    for _ in range(20):
        await database.fetch_values(FORGETFUL, {}, scope=ours.id)
        assert await database.fetch_values(FORGETFUL, {}) == []
        await database.fetch_values(FORGETFUL, {}, scope=PLATFORM)
        assert await database.fetch_values("SELECT current_user::text", {}) == ["core_app"]


async def test_a_transaction_can_work_for_one_tenant_after_the_other(
    container: Container,
) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    async with container.transaction()():
        for scope in (ours.id, theirs.id, ours.id):
            assert await database.fetch_values(FORGETFUL, {}, scope=scope) == [scope]
        assert len(await database.fetch_values(FORGETFUL, {}, scope=PLATFORM)) >= 2
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        with pytest.raises(RuntimeError):
            async with container.transaction()():
                assert await database.fetch_values(FORGETFUL, {}, scope=theirs.id) == [theirs.id]
                raise RuntimeError
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        assert await database.fetch_values(FORGETFUL, {}, scope=theirs.id) == [theirs.id]


async def test_the_service_owns_nothing_and_bypasses_nothing(container: Container) -> None:
    assert await container.readiness().problems() == []
