"""What every adapter of the object checks port must do."""

import asyncio

from bootstrap import Container
from tests import factories
from tests.contracts.filing import admitted, bucket, moved


class ObjectChecksContract:
    async def test_what_counts_as_being_there_is_told(self, container: Container) -> None:
        checks = container.object_checks()
        for steps, there in (
            ((), True),
            (("verifying",), True),
            (("verifying", "scanning"), True),
            (("verifying", "available"), True),
            (("verifying", "scanning", "quarantined"), True),
            (("verifying", "rejected"), False),
            (("aborted",), False),
            (("expired", "purged"), False),
            (("verifying", "available", "deleted"), False),
        ):
            place = await bucket(container)
            await moved(container, await admitted(container, place), *steps)

            assert await checks.any_live(place.organization_id, place.id) is there

    async def test_what_is_public_is_found_by_anybody_as_long_as_it_is(
        self, container: Container
    ) -> None:
        checks = container.object_checks()
        place = await bucket(container, visibility="public")
        shown = await moved(container, await admitted(container, place), "verifying", "available")
        pending = await admitted(container, place)
        hidden_place = await bucket(container)
        hidden = await moved(
            container, await admitted(container, hidden_place), "verifying", "available"
        )

        assert await checks.public(place.id, shown.id) == shown
        assert await checks.public(place.id, pending.id) is None
        assert await checks.public(hidden_place.id, hidden.id) is None
        assert await checks.public(place.id, hidden.id) is None
        assert await checks.public(hidden_place.id, shown.id) is None
        await container.buckets().update(place.evolve(visibility="private"))
        assert await checks.public(place.id, shown.id) is None

    async def test_where_the_store_gathers_parts_is_noted_once(self, container: Container) -> None:
        checks, place = container.object_checks(), await bucket(container)
        stored = await admitted(container, place)

        assert await checks.keep_upload_id(stored, "first")
        assert not await checks.keep_upload_id(stored, "second")

        kept = await container.objects().get(place.organization_id, stored.id)
        assert kept is not None
        assert (kept.store_upload_id, kept.version) == ("first", 1)
        over = await moved(container, await admitted(container, place), "aborted")
        assert not await checks.keep_upload_id(over, "third")
        assert not await checks.keep_upload_id(factories.stored_object(place), "fourth")

    async def test_how_much_came_is_noted_by_one_of_many(self, container: Container) -> None:
        checks, place = container.object_checks(), await bucket(container)
        stored = await admitted(container, place)

        told = await asyncio.gather(*(checks.keep_received(stored, n) for n in range(1, 9)))

        assert sorted(told) == [*[False] * 7, True]
        kept = await container.objects().get(place.organization_id, stored.id)
        assert kept == stored.evolve(received=told.index(True) + 1)
        assert not await checks.keep_received(stored, 9)
        assert await checks.keep_received(kept, 9)
        over = await moved(container, await admitted(container, place), "aborted")
        assert not await checks.keep_received(over, 1)
        assert not await checks.keep_received(factories.stored_object(place), 1)
