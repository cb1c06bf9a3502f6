"""What every adapter of the object sweeps port must do."""

from datetime import datetime, timedelta

from bootstrap import Container
from core.storage.models import StoredObject
from tests.contracts.filing import admitted, bucket, moved
from tests.factories import DAY, NOW

LONG_AGO = NOW - 3000 * DAY
"""Other tests leave nothing that old."""


def ours(found: list[StoredObject], *made: StoredObject) -> list[StoredObject]:
    ids = {one.id for one in made}
    return [one for one in found if one.id in ids]


class ObjectSweepsContract:
    async def test_uploads_that_ran_out_are_found_the_oldest_first(
        self, container: Container
    ) -> None:
        sweeps, place = container.object_sweeps(), await bucket(container)
        late = await admitted(container, place, upload_expires_at=LONG_AGO)
        early = await admitted(container, place, upload_expires_at=LONG_AGO - DAY)
        open_one = await admitted(container, place, upload_expires_at=LONG_AGO + DAY)
        over = await admitted(container, place, upload_expires_at=LONG_AGO)
        await moved(container, over, "aborted")

        found = await sweeps.expired(LONG_AGO, limit=100)

        assert ours(found, early, late, open_one, over) == [early, late]
        assert ours(await sweeps.expired(LONG_AGO, limit=1), early, late) == [early]

    async def test_what_broke_off_is_found(self, container: Container) -> None:
        sweeps, place = container.object_sweeps(), await bucket(container)
        verifying = await self._at(container, await admitted(container, place), "verifying")
        scanning = await self._at(
            container,
            await moved(container, await admitted(container, place), "verifying"),
            "scanning",
        )

        for find, expected in ((sweeps.unsettled, verifying), (sweeps.unscanned, scanning)):
            found = await find(LONG_AGO + timedelta(seconds=1), limit=100)
            assert ours(found, verifying, scanning) == [expected]
            assert ours(await find(LONG_AGO, limit=100), verifying, scanning) == []

    async def test_a_large_file_is_verified_for_longer(self, container: Container) -> None:
        sweeps, place = container.object_sweeps(), await bucket(container)
        large = await self._at(
            container, await admitted(container, place, size=5 * 1024**3), "verifying"
        )

        for minutes, expected in ((8, []), (9, [large])):
            found = await sweeps.unsettled(LONG_AGO + timedelta(minutes=minutes), limit=100)
            assert ours(found, large) == expected

    async def test_what_is_doomed_is_found_once_its_time_has_come_and_claimed_by_one(
        self, container: Container
    ) -> None:
        sweeps, place = container.object_sweeps(), await bucket(container)
        doomed = await moved(
            container, await admitted(container, place), "aborted", purge_after=LONG_AGO
        )
        available = await moved(
            container, await admitted(container, place), "verifying", "available"
        )

        assert ours(await sweeps.purgeable(LONG_AGO, limit=100), doomed, available) == [doomed]
        claimed = await sweeps.claim(doomed, LONG_AGO + DAY)

        assert claimed is not None
        assert (claimed.purge_attempts, claimed.purge_after) == (1, LONG_AGO + DAY)
        assert await container.objects().get(place.organization_id, doomed.id) == claimed
        assert await sweeps.claim(doomed, LONG_AGO) is None
        assert ours(await sweeps.purgeable(LONG_AGO, limit=100), doomed) == []
        assert await container.objects().move(claimed, claimed.moved("purged", NOW))
        assert ours(await sweeps.purgeable(NOW, limit=100), doomed) == []

    async def test_all_that_should_have_bytes_is_walked_in_the_order_of_keys(
        self, container: Container
    ) -> None:
        place = await bucket(container)
        made = [await admitted(container, place) for _ in range(5)]
        gone = await moved(container, await admitted(container, place), "aborted", "purged")

        seen, after = list[StoredObject](), None
        while page := await container.object_sweeps().after(after, limit=2):
            seen += page
            after = page[-1].key

        assert [one.key for one in seen] == sorted(one.key for one in seen)
        assert ours(seen, *made, gone) == made

    async def test_old_requests_are_forgotten(self, container: Container) -> None:
        place = await bucket(container)
        old = await admitted(container, place, request_key=b"old", created_at=LONG_AGO)
        new = await admitted(container, place, request_key=b"new")

        assert await container.object_sweeps().forget_requests(LONG_AGO + DAY) >= 1

        requested = container.objects().requested
        assert await requested(place.organization_id, b"old") is None
        assert await requested(place.organization_id, b"new") == new
        assert await container.objects().get(place.organization_id, old.id)

    async def _at(
        self, container: Container, stored: StoredObject, status: str, at: datetime = LONG_AGO
    ) -> StoredObject:
        after = stored.moved(status, at)  # type: ignore[arg-type]
        assert await container.objects().move(stored, after)
        return after
