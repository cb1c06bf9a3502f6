from typing import Any
from uuid import UUID, uuid5

from core.models import Actor, OrganizationEvent
from core.service import UseCase
from core.stats import constants, identity, ports
from core.stats.intake import Intake
from core.stats.models import Event, EventId


class RecordSystemEvent(UseCase):
    """Count what happens in the other modules, by the names of their events, once each."""

    event_names: ports.EventNames
    intake: Intake

    async def __call__(self, happened: OrganizationEvent, _: Actor) -> None:
        told = happened.model_dump(mode="json", exclude={"at", "organization_id"})
        event = Event(
            id=EventId(
                uuid5(identity.NAMESPACE, f"{happened.topic}\n{happened.model_dump_json()}")
            ),
            organization_id=happened.organization_id,
            name=f"{constants.SYSTEM}{happened.topic}",
            time=happened.at,
            subject=_subject(told),
            props={key: value for key, value in told.items() if _is_scalar(value)},
        )
        await self.event_names.admit(event.organization_id, {event.name: event.time})
        await self.intake(happened.organization_id, [event])


def _subject(told: dict[str, Any]) -> str | None:
    user_id = told.get("user_id")
    return str(UUID(user_id)) if user_id else None


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)
