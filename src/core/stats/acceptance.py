"""Which of the events that somebody sends are taken, and as what."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from core.exceptions import FieldError
from core.models import OrganizationId
from core.ports import Clock, Ids
from core.service import Collaborator
from core.stats import constants, identity, ports
from core.stats.cloud_events import CloudEvent
from core.stats.config import StatsConfig
from core.stats.exceptions import NothingTaken
from core.stats.models import Event
from core.stats.schemas import Format, NewEvent, Rejected

TOO_MANY: Final = "too_many_names", f"There are {constants.NAMES} names already: reuse one."

# The models' own validators: __init__ and model_validate cost as much again, of a thousand at once.
_read: Callable[[object], NewEvent] = NewEvent.__pydantic_validator__.validate_python
_event: Callable[[object], Event] = Event.__pydantic_validator__.validate_python

type Judged = Event | tuple[str, str]


class Acceptance(Collaborator):
    """Judges each event by itself; the same one is always judged to be the same."""

    stats_config: StatsConfig
    event_names: ports.EventNames
    clock: Clock
    ids: Ids

    async def __call__(
        self, organization_id: OrganizationId, told: Sequence[dict[str, Any]], how: Format = "own"
    ) -> tuple[list[Event], list[Rejected]]:
        """Return what is taken and what is not; raise NothingTaken where that is all."""
        now = self.clock.now()
        window = now - self.stats_config.retention, now + constants.AHEAD
        judged = [self._judged(one, how, organization_id, now, window) for one in told]
        seen: dict[str, datetime] = {}
        for one in judged:
            if isinstance(one, Event):
                seen[one.name] = max(seen.get(one.name, one.time), one.time)
        excess = await self.event_names.admit(organization_id, seen) if seen else set[str]()
        taken: list[Event] = []
        rejected: list[Rejected] = []
        for index, one in enumerate(judged):
            if isinstance(one, Event) and one.name not in excess:
                taken.append(one)
            else:
                code, detail = TOO_MANY if isinstance(one, Event) else one
                rejected.append(Rejected(index=index, code=code, detail=detail))
        if not taken:
            raise NothingTaken(errors=[_error(one) for one in rejected])
        return taken, rejected

    def _judged(
        self,
        told: dict[str, Any],
        how: Format,
        organization_id: OrganizationId,
        now: datetime,
        window: tuple[datetime, datetime],
    ) -> Judged:
        try:
            new = _read(told) if how == "own" else CloudEvent.model_validate(told).translated()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            at = "/".join(str(step) for step in first["loc"])
            return first["type"], f"{at}: {first['msg']}" if at else first["msg"]
        except PydanticCustomError as error:
            return error.type, error.message()
        time = new.time or (identity.embedded_time(new.id) if new.id else now)
        if time is None:
            return "time_required", "An id that is no UUIDv7 tells no time: send one with it."
        if not window[0] <= time <= window[1]:
            return "out_of_range", "It is longer ago than events are kept, or has not come yet."
        about = new.__dict__ | {"id": new.id or self.ids.new(), "time": time.astimezone(UTC)}
        return _event(about | {"organization_id": organization_id})


def _error(one: Rejected) -> FieldError:
    return FieldError(f"/events/{one.index}", one.code, one.detail)
