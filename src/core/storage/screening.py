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
            after = stored.moved("quarantined", now, failure="infected")
        elif verdict == "clean" and stored.status == "scanning":
            after = stored.moved("available", now, available_at=now)
        else:
            return
        async with self.transaction():
            if not await self.objects.move(stored, after):
                raise exceptions.InvalidState  # it changed meanwhile: look again
            await self.audit.record(actor, f"object.{after.status}", target=("object", stored.id))
            if after.status == "available":
                await self.events.publish(available(after, now))
            else:
                await self.events.publish(
                    events.ObjectQuarantined(
                        organization_id=stored.organization_id,
                        bucket_id=stored.bucket_id,
                        object_id=stored.id,
                        at=now,
                    )
                )
