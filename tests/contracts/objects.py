"""What every adapter of the objects port must do."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bootstrap import Container
from core.exceptions import IdempotencyKeyInFlight, VersionMismatch
from core.models import OrganizationId
from core.storage.lifecycle import Status
from core.storage.models import ObjectFilter, ObjectId
from tests import factories
from tests.contracts.filing import admitted, bucket, moved, sums
from tests.contracts.founding import founded, known
from tests.factories import NOW

ALL: tuple[Status, ...] = ("available", "pending")


class ObjectsContract:
    async def test_one_is_found_in_its_organization_alone(self, container: Container) -> None:
        objects, place = container.objects(), await bucket(container)
        owner = await known(container)
        made = await admitted(
            container,
            place,
            owner_id=owner.id,
            sha256=b"x" * 32,
            metadata={"a": [1, None, "ä"]},
            part_size=8,
            part_count=2,
            request_key=b"k",
            request_hash=b"h",
        )
        foreign, _ = await founded(container)

        assert await objects.get(place.organization_id, made.id) == made
        assert await objects.some(
            place.organization_id, [made.id, ObjectId(factories.new_id())]
        ) == [made]
        assert await objects.get(foreign.id, made.id) is None
        assert await objects.some(foreign.id, [made.id]) == []
        assert await objects.requested(place.organization_id, b"k") == made
        assert await objects.requested(foreign.id, b"k") is None
        assert await objects.requested(place.organization_id, b"l") is None

    async def test_what_does_not_fit_in_stays_out(self, container: Container) -> None:
        objects, place = container.objects(), await bucket(container)

        assert await objects.admit(factories.stored_object(place, size=6), 10)
        assert not await objects.admit(factories.stored_object(place, size=5), 10)
        assert await objects.admit(factories.stored_object(place, size=4), 10)
        assert await objects.admit(factories.stored_object(place, size=0), 10)

        assert await sums(container, place) == (0, 10, 0)
        await container.usages().limit(place.organization_id, 11)
        assert not await objects.admit(factories.stored_object(place, size=2), None)
        assert await objects.admit(factories.stored_object(place, size=1), 0)

    async def test_of_sixteen_at_once_exactly_those_get_in_that_fit(
        self, container: Container
    ) -> None:
        place = await bucket(container)
        made = [factories.stored_object(place, size=7) for _ in range(64)]

        async def writer(mine: list[Any]) -> int:
            return sum([await container.objects().admit(one, 100) for one in mine])

        let_in = await asyncio.gather(*(writer(made[place::16]) for place in range(16)))

        assert sum(let_in) == 100 // 7
        assert await sums(container, place) == (0, 98, 0)

    async def test_one_request_opens_one_upload(self, container: Container) -> None:
        place = await bucket(container)
        await admitted(container, place, request_key=b"k")

        with pytest.raises(IdempotencyKeyInFlight):
            await admitted(container, place, request_key=b"k")

        other = await bucket(container)
        await admitted(container, other, request_key=b"k")
        assert await sums(container, place) == (0, 10, 0)

    async def test_a_step_moves_the_sums_with_it(self, container: Container) -> None:
        place = await bucket(container)
        stored = await admitted(container, place)
        assert await sums(container, place) == (0, 10, 0)

        for status, expected in (
            ("verifying", (0, 10, 0)),
            ("pending", (0, 10, 0)),
            ("verifying", (0, 10, 0)),
            ("available", (10, 0, 1)),
            ("quarantined", (10, 0, 1)),
            ("deleted", (10, 0, 1)),
            ("purged", (0, 0, 0)),
        ):
            stored = await moved(container, stored, status)
            assert await sums(container, place) == expected

    async def test_a_step_keeps_what_was_found_out(self, container: Container) -> None:
        place = await bucket(container)
        stored = await moved(container, await admitted(container, place), "verifying")
        after = stored.moved(
            "available",
            NOW + timedelta(seconds=1),
            detected_type="image/png",
            sha256=b"y" * 32,
            etag="e",
            available_at=NOW,
            purge_after=NOW,
            received=3,
        )

        assert await container.objects().move(stored, after)

        assert await container.objects().get(place.organization_id, stored.id) == after

    async def test_of_many_steps_from_one_place_one_is_taken(self, container: Container) -> None:
        place = await bucket(container)
        stored = await admitted(container, place)
        steps = [
            stored.moved(one, NOW) for one in ("verifying", "expired", "aborted") for _ in range(3)
        ]

        taken = await asyncio.gather(*(container.objects().move(stored, one) for one in steps))

        assert sum(taken) == 1
        used, reserved, count = await sums(container, place)
        assert (used, count) == (0, 0)
        assert reserved in {0, 10}

    async def test_a_name_and_metadata_change_unless_somebody_was_faster(
        self, container: Container
    ) -> None:
        place = await bucket(container)
        stored = await admitted(container, place)
        changed = stored.evolve(filename="new.txt", metadata={"b": 1}, size=99)

        after = await container.objects().update(changed)

        kept = await container.objects().get(place.organization_id, stored.id)
        assert kept is not None
        assert (kept.filename, kept.metadata, kept.version) == ("new.txt", {"b": 1}, 2)
        assert after.version == 2
        with pytest.raises(VersionMismatch):
            await container.objects().update(changed)
        assert not await container.objects().move(stored, stored.moved("aborted", NOW))

    async def test_they_are_listed_by_what_is_known_of_them(self, container: Container) -> None:
        place = await bucket(container)
        other = await bucket(container, organization_id=place.organization_id)
        await bucket(container)
        first = await admitted(container, place, filename="Report.txt", created_at=NOW)
        second = await admitted(
            container,
            other,
            filename="photo.png",
            content_type="image/PNG; q=1",
            created_at=NOW + timedelta(days=1),
        )
        third = await moved(container, await admitted(container, place), "aborted")

        async def found(**conditions: Any) -> list[Any]:
            matching = ObjectFilter(**({"statuses": ALL} | conditions))
            page = await container.objects().page(place.organization_id, matching, limit=10)
            return [one.id for one in page]

        assert await found() == [second.id, first.id]
        assert await found(bucket_id=place.id) == [first.id]
        assert await found(statuses=("aborted",)) == [third.id]
        assert await found(content_type="image/png") == [second.id]
        assert await found(created_after=NOW) == [second.id]
        assert await found(text="rEPORT") == [first.id]
        assert await found(text="%") == []

    async def test_a_page_begins_where_the_one_before_ended(self, container: Container) -> None:
        place = await bucket(container)
        made = [(await admitted(container, place)).id for _ in range(5)][::-1]
        matching, page = ObjectFilter(statuses=ALL), container.objects().page

        first = await page(place.organization_id, matching, limit=3)
        rest = await page(place.organization_id, matching, limit=3, before=first[-1].id)

        assert [one.id for one in [*first, *rest]] == made

    async def test_an_organization_without_buckets_has_room_for_nothing(
        self, container: Container
    ) -> None:
        place = await bucket(container)
        foreign, _ = await founded(container)
        stray = factories.stored_object(place.evolve(organization_id=foreign.id))

        assert not await container.objects().admit(stray, None)
        usage = await container.usages().get(OrganizationId(foreign.id))
        assert usage.reserved == 0
