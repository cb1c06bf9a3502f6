from core.models import Actor, Event, OrganizationId
from core.service import UseCase
from core.stats import ports, system_events
from core.stats.config import StatsConfig
from core.stats.intake import Intake


class RecordPlatformEvent(UseCase):
    """Count what happens anywhere in the one organization that is of those who run the product.

    So that sign-ups, who is active and what all pay are events, meters and dashboards like others.
    """

    event_names: ports.EventNames
    intake: Intake
    stats_config: StatsConfig

    async def __call__(self, happened: Event, _: Actor) -> None:
        if self.stats_config.home is None:
            return
        event = system_events.told_to(OrganizationId(self.stats_config.home), happened)
        await self.event_names.admit(event.organization_id, {event.name: event.time})
        await self.intake(event.organization_id, [event])
