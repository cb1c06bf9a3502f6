from collections.abc import Mapping
from typing import Any, Final, Literal

from core.management.flags.events import Change, FlagChanged
from core.management.flags.models import Flag
from core.models import Actor
from core.ports import AuditLog, Clock, Events
from core.service import Collaborator

type Action = Literal["flag.created", "flag.updated", "flag.deleted"]

CHANGES: Final[Mapping[Action, Change]] = {
    "flag.created": "created",
    "flag.updated": "updated",
    "flag.deleted": "deleted",
}


class Noting(Collaborator):
    """Writes down that a flag changed, and tells whoever wants to hear of it."""

    audit: AuditLog
    events: Events
    clock: Clock

    async def __call__(self, actor: Actor, action: Action, flag: Flag, **how: Any) -> None:
        await self.audit.record(actor, action, target=("flag", flag.id), key=flag.key, **how)
        await self.events.publish(
            FlagChanged(
                at=self.clock.now(),
                organization_id=flag.organization_id,
                flag_id=flag.id,
                key=flag.key,
                change=CHANGES[action],
                enabled=flag.enabled,
                version=flag.version,
            )
        )
