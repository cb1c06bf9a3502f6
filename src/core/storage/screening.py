from datetime import datetime

from core.models import Actor
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import Collaborator
from core.storage import events, exceptions, ports
from core.storage.models import StoredObject, Verdict
from core.storage.settlement import available


class Screening(Collaborator):
    """What a scanner's verdict does to a file."""

    objects: ports.Objects
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, stored: StoredObject, verdict: Verdict, actor: Actor) -> None:
        """Publish what waited for it if it is clean, shut away what is infected."""
        now = self.clock.now()
        if verdict == "infected" and stored.status in {"scanning", "available"}:
            await self._quarantine(stored, actor, now)
        elif verdict == "clean" and stored.status == "scanning":
            await self._publish(stored, actor, now)

    async def _quarantine(self, stored: StoredObject, actor: Actor, now: datetime) -> None:
        async with self.transaction():
            await self._move(stored, stored.moved("quarantined", now, failure="infected"))
            await self.audit.record(actor, "object.quarantined", target=("object", stored.id))
            await self.events.publish(
                events.ObjectQuarantined(
                    organization_id=stored.organization_id,
                    bucket_id=stored.bucket_id,
                    object_id=stored.id,
                    at=now,
                )
            )

    async def _publish(self, stored: StoredObject, actor: Actor, now: datetime) -> None:
        async with self.transaction():
            await self._move(stored, stored.moved("available", now, available_at=now))
            await self.audit.record(
                actor, "object.available", target=("object", stored.id), size=stored.size
            )
            await self.events.publish(available(stored, now))

    async def _move(self, stored: StoredObject, after: StoredObject) -> None:
        if not await self.objects.move(stored, after):
            raise exceptions.InvalidState  # it changed meanwhile: whoever asked looks again
