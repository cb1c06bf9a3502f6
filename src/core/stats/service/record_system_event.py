from core.models import Actor, OrganizationEvent
from core.service import UseCase
from core.stats import ports, system_events
from core.stats.intake import Intake


class RecordSystemEvent(UseCase):
    """Count what happens in the other modules, by the names of their events, once each."""

    event_names: ports.EventNames
    intake: Intake

    async def __call__(self, happened: OrganizationEvent, _: Actor) -> None:
        event = system_events.told_to(happened.organization_id, happened)
        await self.event_names.admit(event.organization_id, {event.name: event.time})
        await self.intake(event.organization_id, [event])
