"""What happens in other modules, as events of an organization."""

from typing import Any
from uuid import UUID, uuid5

from core.models import Event as Happened
from core.models import OrganizationId
from core.stats import constants, identity
from core.stats.models import Event, EventId


def told_to(organization_id: OrganizationId, happened: Happened) -> Event:
    """Return it as an event: told twice it is the same one. Properties are what is no list."""
    told = happened.model_dump(mode="json", exclude={"at"})
    if told.get("organization_id") == str(organization_id):
        del told["organization_id"]
    name = f"{happened.topic}\n{happened.model_dump_json()}"
    return Event(
        id=EventId(uuid5(identity.NAMESPACE, name)),
        organization_id=organization_id,
        name=f"{constants.SYSTEM}{happened.topic}",
        time=happened.at,
        subject=_subject(told),
        props={key: value for key, value in told.items() if _is_scalar(value)},
    )


def _subject(told: dict[str, Any]) -> str | None:
    user_id = told.get("user_id")
    return str(UUID(user_id)) if user_id else None


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)
