"""The months that events are kept in."""

from datetime import UTC, datetime, timedelta

import pytest

from bootstrap import Container
from core.stats.exceptions import EventOutOfRange
from tests.contracts.stats import event, organization

DAY = timedelta(days=1)


async def test_a_month_is_made_once_and_dropped_with_what_is_in_it(container: Container) -> None:
    partitions, events = container.partitions(), container.stats_events()
    organization_id, long_ago = await organization(container), datetime(2019, 3, 5, tzinfo=UTC)
    old = event(organization_id, time=long_ago)
    with pytest.raises(EventOutOfRange):
        await events.append([old])

    made = await partitions.ensure(long_ago - 60 * DAY, long_ago + DAY)
    again = await partitions.ensure(long_ago - 60 * DAY, long_ago + DAY)

    assert (made, again) == (["events_201901", "events_201902", "events_201903"], [])
    assert len(await events.append([old])) == 1
    assert await partitions.drop(datetime(2019, 3, 1, tzinfo=UTC)) == [
        "events_201901",
        "events_201902",
    ]
    kept = await events.get(organization_id, old.id, old.time)
    assert kept is not None
    assert kept.evolve(received_at=None) == old
    assert await partitions.drop(datetime(2019, 4, 1, tzinfo=UTC)) == ["events_201903"]
    assert await events.get(organization_id, old.id, old.time) is None


async def test_there_is_room_for_all_that_may_come_and_is_kept(container: Container) -> None:
    organization_id, now = await organization(container), datetime.now(UTC)
    kept = container.stats_config().retention

    for time in (now - kept, now, now + 60 * DAY):
        assert await container.stats_events().append([event(organization_id, time=time)])
