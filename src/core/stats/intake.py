from collections.abc import Sequence

from core.models import OrganizationId
from core.ports import Transaction
from core.service import Collaborator
from core.stats import metering, ports
from core.stats.models import Event


class Intake(Collaborator):
    """Keeps events and adds them to the meters in one transaction, so that both always agree."""

    stats_events: ports.Events
    stats_meters: ports.Meters
    rollups: ports.Rollups
    transaction: Transaction

    async def __call__(self, organization_id: OrganizationId, events: Sequence[Event]) -> int:
        """Return how many of an organization's events were new."""
        async with self.transaction():
            await self.stats_meters.share(organization_id)
            meters = await self.stats_meters.all(organization_id)
            new = await self.stats_events.append(events)
            fresh = []
            for event in events:
                if (event.time, event.id) in new:
                    new.discard((event.time, event.id))  # twice in one batch is once
                    fresh.append(event)
            if added := metering.contributions(meters, fresh):
                await self.rollups.add(organization_id, added)
        return len(fresh)
