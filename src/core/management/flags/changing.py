from typing import Any, Literal

from core.management.flags.events import FlagChanged
from core.management.flags.models import Flag
from core.models import Actor
from core.ports import AuditLog, Clock, Events
from core.service import Collaborator


class Noting(Collaborator):
    """Writes down that a flag changed, and tells whoever wants to hear of it."""

    audit: AuditLog
    events: Events
    clock: Clock

    async def __call__(
        self, actor: Actor, change: Literal["created", "updated", "deleted"], flag: Flag, **how: Any
    ) -> None:
        await self.audit.record(
            actor, f"flag.{change}", target=("flag", flag.id), key=flag.key, **how
        )
        await self.events.publish(
            FlagChanged(
                at=self.clock.now(),
                organization_id=flag.organization_id,
                flag_id=flag.id,
                key=flag.key,
                change=change,
                enabled=flag.enabled,
                version=flag.version,
            )
        )
