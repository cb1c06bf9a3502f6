"""What every adapter of the buckets port must do."""

import asyncio

import pytest

from bootstrap import Container
from core.exceptions import VersionMismatch
from core.storage import exceptions
from core.storage.models import Bucket
from tests import factories
from tests.contracts.filing import admitted, bucket
from tests.contracts.founding import founded
from tests.factories import NOW


async def removed_if_empty(container: Container, made: Bucket) -> bool:
    async with container.transaction()():
        assert await container.buckets().lock(made.organization_id, made.name)
        if await container.object_checks().any_live(made.organization_id, made.id):
            return False
        await container.buckets().remove(made, NOW)
        return True


class BucketsContract:
    async def test_one_is_found_in_its_organization_alone(self, container: Container) -> None:
        buckets, made = container.buckets(), await bucket(container, allowed_types=("image/*",))
        foreign, _ = await founded(container)

        assert await buckets.get(made.organization_id, made.id) == made
        assert await buckets.named(made.organization_id, made.name) == made
        assert await buckets.get(foreign.id, made.id) is None
        assert await buckets.named(foreign.id, made.name) is None
        assert await buckets.named(made.organization_id, "missing") is None

    async def test_a_name_is_there_once_in_an_organization(self, container: Container) -> None:
        made = await bucket(container)
        twins = [
            factories.bucket(organization_id=made.organization_id, name="same") for _ in range(5)
        ]

        with pytest.raises(exceptions.BucketExists):
            await bucket(container, organization_id=made.organization_id, name=made.name)
        results = await asyncio.gather(
            *(container.buckets().add(one) for one in twins), return_exceptions=True
        )

        assert sorted(type(one).__name__ for one in results) == ["BucketExists"] * 4 + ["NoneType"]
        await bucket(container, name=made.name)  # another organization's

    async def test_they_are_listed_by_name(self, container: Container) -> None:
        first = await bucket(container, name="b")
        for name in ("c", "a"):
            await bucket(container, organization_id=first.organization_id, name=name)

        found = await container.buckets().all(first.organization_id)

        assert [one.name for one in found] == ["a", "b", "c"]

    async def test_a_change_is_kept_unless_somebody_was_faster(self, container: Container) -> None:
        buckets, made = container.buckets(), await bucket(container)
        changed = made.evolve(visibility="public", max_object_bytes=7, scan_policy="async")

        after = await buckets.update(changed)

        assert after == changed.evolve(version=2)
        assert await buckets.get(made.organization_id, made.id) == after
        with pytest.raises(VersionMismatch):
            await buckets.update(changed)

    async def test_a_removed_one_is_gone_and_its_name_is_free(self, container: Container) -> None:
        buckets, made = container.buckets(), await bucket(container)
        async with container.transaction()():
            locked = await buckets.lock(made.organization_id, made.name)
            assert locked == made
            await buckets.remove(made, NOW)

        assert await buckets.get(made.organization_id, made.id) is None
        assert await buckets.named(made.organization_id, made.name) is None
        assert await buckets.all(made.organization_id) == []
        assert not await container.objects().admit(factories.stored_object(made), None)
        again = await bucket(container, organization_id=made.organization_id, name=made.name)
        assert await buckets.named(made.organization_id, made.name) == again

    async def test_nothing_slips_into_one_that_is_being_removed(self, container: Container) -> None:
        for _ in range(10):
            made = await bucket(container)

            stored = factories.stored_object(made)
            removed, admitted_too = await asyncio.gather(
                removed_if_empty(container, made), container.objects().admit(stored, None)
            )

            assert removed is not admitted_too

    async def test_what_holds_something_says_so(self, container: Container) -> None:
        made = await bucket(container)
        checks = container.object_checks()
        assert not await checks.any_live(made.organization_id, made.id)

        await admitted(container, made)

        assert await checks.any_live(made.organization_id, made.id)
