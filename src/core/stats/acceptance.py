"""Which of the events that somebody sends are taken, and as what."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from core.models import OrganizationId
from core.ports import Clock, Ids
from core.service import Collaborator
from core.stats import constants, identity
from core.stats.config import StatsConfig
from core.stats.models import Event, EventId
from core.stats.schemas import NewEvent, Rejected


class Acceptance(Collaborator):
    """Judges each event by itself; the same one is always judged to be the same."""

    stats_config: StatsConfig
    clock: Clock
    ids: Ids

    def judge(
        self, organization_id: OrganizationId, told: list[dict[str, Any]]
    ) -> tuple[list[Event], list[Rejected]]:
        now = self.clock.now()
        taken: list[Event] = []
        rejected: list[Rejected] = []
        for index, one in enumerate(told):
            outcome = self._judged(one, organization_id, now)
            if isinstance(outcome, Event):
                taken.append(outcome)
            else:
                code, detail = outcome
                rejected.append(Rejected(index=index, code=code, detail=detail))
        return taken, rejected

    def _judged(
        self, told: dict[str, Any], organization_id: OrganizationId, now: datetime
    ) -> Event | tuple[str, str]:
        try:
            new = NewEvent.model_validate(told)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            at = "/".join(str(step) for step in first["loc"])
            return first["type"], f"{at}: {first['msg']}" if at else first["msg"]
        time = new.time or (identity.embedded_time(new.id) if new.id else now)
        if time is None:
            return "time_required", "An id that is no UUIDv7 tells no time: send one with it."
        if not now - self.stats_config.retention <= time <= now + constants.AHEAD:
            return "out_of_range", "It is longer ago than events are kept, or has not come yet."
        return Event(
            id=EventId(new.id or self.ids.new()),
            organization_id=organization_id,
            time=time,
            received_at=now,
            **new.model_dump(include={"name", "subject", "session", "source", "props"}),
        )
