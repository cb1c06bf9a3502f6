"""What every adapter of the usages port must do."""

import asyncio

import pytest

from bootstrap import Container
from core.exceptions import NotFound
from core.models import OrganizationId
from core.storage.models import Usage
from tests import factories
from tests.contracts.filing import admitted, bucket, moved, sums
from tests.contracts.founding import founded


class UsagesContract:
    async def test_an_organization_without_files_uses_nothing(self, container: Container) -> None:
        organization, _ = await founded(container)

        found = await container.usages().get(organization.id)

        assert found == Usage(organization_id=organization.id)

    async def test_a_limit_is_kept_and_taken_back(self, container: Container) -> None:
        usages, place = container.usages(), await bucket(container)
        organization, _ = await founded(container)

        for organization_id in (place.organization_id, organization.id):
            for limit in (7, None, 0):
                told = await usages.limit(organization_id, limit)
                assert told.limit == limit
                assert await usages.get(organization_id) == told
        with pytest.raises(NotFound):
            await usages.limit(OrganizationId(factories.new_id()), 7)

    async def test_who_has_buckets_is_told(self, container: Container) -> None:
        place = await bucket(container)
        organization, _ = await founded(container)

        holders = await container.usages().holders()

        assert place.organization_id in holders
        assert organization.id not in holders

    async def test_sums_that_are_right_are_left_alone(self, container: Container) -> None:
        place = await bucket(container)
        stored = await admitted(container, place)
        await admitted(container, place)
        await moved(container, stored, "verifying", "available")

        assert await container.usages().recount(place.organization_id) is None
        assert await sums(container, place) == (10, 10, 1)

    async def test_nothing_that_moves_meanwhile_is_lost(self, container: Container) -> None:
        place = await bucket(container)
        made = [await admitted(container, place) for _ in range(20)]

        async def recount() -> None:
            for _ in range(10):
                async with container.transaction()():
                    await container.usages().recount(place.organization_id)

        async def settle() -> None:
            for stored in made:
                await moved(container, stored, "verifying", "available")

        await asyncio.gather(recount(), settle())

        assert await sums(container, place) == (200, 0, 20)
        assert await container.usages().recount(place.organization_id) is None
