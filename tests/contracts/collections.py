"""What every adapter must do that keeps the definitions of collections."""

from datetime import timedelta
from typing import Any

import pytest

from bootstrap import Container
from core.management.collections.exceptions import CollectionTaken, TooManyCollections
from core.management.collections.models import Collection
from tests import nouns
from tests.contracts.stats import organization
from tests.factories import NOW, new_id
from tests.nouns import KINDS, field


def tickets(organization_id: object, **about: Any) -> Collection:
    return nouns.collection(field("text", "name"), organization_id=organization_id, **about)


class CollectionsContract:
    async def test_a_definition_is_kept_as_it_is(self, container: Container) -> None:
        collections, organization_id = container.collections(), await organization(container)
        made = nouns.collection(
            *(field(kind, f"f_{kind}") for kind in KINDS),
            field("decimal", "price", min="0.10", max=7, scale=2, indexed=True),
            field("datetime", "due", min=NOW, default=NOW.isoformat(), unique=True),
            field("date", "day", max="2027-01-01", read=["owner"], write=[]),
            organization_id=organization_id,
            description="ä",
            permissions={"member": ["read"]},
            own=["member"],
            options={"require_if_match": True},
            state="migrating",
            building=["due"],
            removed=["gone"],
        )

        await collections.lock(organization_id)
        await collections.add(made, most=9)

        assert await collections.get(organization_id, "tickets") == made
        assert await collections.get(organization_id, "ticket") is None
        stranger = await organization(container)
        assert await collections.get(stranger, "tickets") is None
        assert await collections.page(stranger, limit=9) == []

    async def test_they_come_page_by_page_the_newest_first(self, container: Container) -> None:
        collections, organization_id = container.collections(), await organization(container)
        made = [tickets(organization_id, key=f"c{one}") for one in range(3)]
        for one in [*made, tickets(await organization(container))]:
            await collections.add(one, most=9)

        first = await collections.page(organization_id, limit=2)
        assert first == [made[2], made[1]]
        assert await collections.page(organization_id, limit=2, before=first[-1].id) == [made[0]]

    async def test_a_key_is_there_once_and_so_many_of_them(self, container: Container) -> None:
        collections, organization_id = container.collections(), await organization(container)
        await collections.add(tickets(organization_id), most=2)

        with pytest.raises(CollectionTaken):
            await collections.add(tickets(organization_id), most=2)
        await collections.add(tickets(organization_id, key="others"), most=2)
        with pytest.raises(TooManyCollections):
            await collections.add(tickets(organization_id, key="more"), most=2)
        await collections.add(tickets(await organization(container)), most=2)

    async def test_one_is_changed_by_its_owner_alone(self, container: Container) -> None:
        collections, organization_id = container.collections(), await organization(container)
        made, stranger = tickets(organization_id), await organization(container)
        await collections.add(made, most=9)
        changed = made.evolve(
            title="B",
            fields=[field("integer", "rank").model_dump()],
            numbers={"rank": 2},
            last_number=2,
            version=2,
            updated_at=NOW + timedelta(days=1),
        )

        await collections.put(changed)
        await collections.put(tickets(stranger, id=made.id))

        assert await collections.get(organization_id, "tickets") == changed

    async def test_a_deleted_one_is_found_as_such_and_leaves_its_key(
        self, container: Container
    ) -> None:
        collections, organization_id = container.collections(), await organization(container)
        made, stranger = tickets(organization_id), await organization(container)
        await collections.add(made, most=1)
        gone = made.evolve(deleted_at=NOW)

        assert await collections.deleted(organization_id, "tickets") is None
        await collections.put(gone)

        assert await collections.get(organization_id, "tickets") is None
        assert await collections.page(organization_id, limit=9) == []
        assert await collections.deleted(organization_id, "tickets") == gone
        assert await collections.deleted(stranger, "tickets") is None
        await collections.add(tickets(organization_id), most=1)
        with pytest.raises(CollectionTaken):
            await collections.put(made)

    async def test_a_shared_one_is_seen_by_all_unless_they_have_their_own(
        self, container: Container
    ) -> None:
        collections, organization_id = container.collections(), await organization(container)
        stranger, key = await organization(container), f"c{new_id().hex}"
        shared = tickets(None, key=key)
        await collections.lock(None)
        await collections.add(shared, most=10_000)
        own = tickets(organization_id, key=key)
        await collections.add(own, most=9)

        assert await collections.get(None, key) == shared
        assert await collections.get(stranger, key) == shared
        assert await collections.get(organization_id, key) == own
        assert shared in await collections.page(stranger, limit=100)
        assert shared in await collections.page(None, limit=100)
        seen = await collections.page(organization_id, limit=100)
        assert own in seen
        assert shared not in seen
        with pytest.raises(CollectionTaken):
            await collections.add(tickets(None, key=key), most=10_000)

        gone = shared.evolve(deleted_at=NOW)
        await collections.put(gone)
        assert await collections.get(stranger, key) is None
        assert await collections.deleted(None, key) == gone
        assert await collections.deleted(stranger, key) is None


class DeletedCollectionsContract:
    async def test_those_deleted_before_are_found_and_removed(self, container: Container) -> None:
        collections, left = container.collections(), container.deleted_collections()
        organization_id = await organization(container)
        long_ago = NOW - timedelta(days=9000)
        made = [tickets(organization_id, key=f"c{one}") for one in range(3)]
        for one in made:
            await collections.add(one, most=9)
        gone = [
            one.evolve(deleted_at=long_ago + timedelta(days=day)) for day, one in enumerate(made)
        ]
        for one in gone[:2]:
            await collections.put(one)

        async def found() -> list[Collection]:
            rows = await left.before(long_ago + timedelta(days=2), limit=100)
            return [row for row in rows if row.organization_id == organization_id]

        assert await found() == gone[:2]
        for one in (gone[0], made[2]):
            await left.remove(one)
        assert await found() == gone[1:2]
        assert await collections.get(organization_id, "c2") == made[2]
