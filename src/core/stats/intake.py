from collections.abc import Sequence

from core.models import OrganizationId
from core.ports import Transaction
from core.service import Collaborator
from core.stats import metering, ports
from core.stats.exceptions import EventOutOfRange
from core.stats.models import Event


class Intake(Collaborator):
    """Keeps events and adds them to the meters in one transaction, so that both always agree."""

    stats_events: ports.Events
    stats_meters: ports.Meters
    rollups: ports.Rollups
    partitions: ports.Partitions
    transaction: Transaction

    async def __call__(
        self, organization_id: OrganizationId, events: Sequence[Event]
    ) -> set[ports.Identity]:
        """Return which of an organization's events were new."""
        try:
            return await self._keep(organization_id, events)
        except EventOutOfRange:  # nobody made room in time: the service was off, say
            times = [event.time for event in events]
            await self.partitions.ensure(min(times), max(times))
            return await self._keep(organization_id, events)

    async def _keep(
        self, organization_id: OrganizationId, events: Sequence[Event]
    ) -> set[ports.Identity]:
        async with self.transaction():
            await self.stats_meters.share(organization_id)
            meters = await self.stats_meters.all(organization_id)
            new = await self.stats_events.append(events)
            if added := metering.contributions(meters, _each_once(events, new)):
                await self.rollups.add(organization_id, added)
        return new


def _each_once(events: Sequence[Event], new: set[ports.Identity]) -> Sequence[Event]:
    """Return those that are new; twice in one batch is once."""
    if len(new) == len(events):
        return events
    left = set(new)
    fresh = []
    for event in events:
        if (event.time, event.id) in left:
            left.discard((event.time, event.id))
            fresh.append(event)
    return fresh
