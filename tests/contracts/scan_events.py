"""What every adapter of the scan events port must do."""

from bootstrap import Container
from tests.contracts.filing import admitted, bucket
from tests.factories import NOW


class ScanEventsContract:
    async def test_an_event_is_noted_once_in_its_organization(self, container: Container) -> None:
        events, place, other = (
            container.scan_events(),
            await bucket(container),
            await bucket(container),
        )
        stored = await admitted(container, place)
        foreign = await admitted(container, other)

        assert await events.add(place.organization_id, "1", stored.id, "clean", NOW)
        assert not await events.add(place.organization_id, "1", stored.id, "infected", NOW)
        assert await events.add(place.organization_id, "2", stored.id, "infected", NOW)
        assert await events.add(other.organization_id, "1", foreign.id, "clean", NOW)
