from core.models import Actor
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase
from core.storage import constants, events, exceptions, policies, ports, schemas
from core.storage.config import StorageConfig


class DeleteObject(UseCase):
    """Delete a file. For some days it can be restored, and counts; then its bytes are purged."""

    objects: ports.Objects
    storage_config: StorageConfig
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ObjectReference, actor: Actor) -> None:
        organization_id = actor.require(constants.OBJECTS_DELETE)
        before = await policies.shown_object(self.objects, organization_id, command.id)
        if before.status == "deleted":
            return
        now = self.clock.now()
        kept_until = before.purged_after(now + self.storage_config.deleted_retention)
        after = before.moved("deleted", now, deleted_at=now, purge_after=kept_until)
        async with self.transaction():
            if not await self.objects.move(before, after):
                raise exceptions.InvalidState
            await self.audit.record(actor, "object.deleted", target=("object", before.id))
            await self.events.publish(
                events.ObjectDeleted(
                    organization_id=organization_id,
                    bucket_id=before.bucket_id,
                    object_id=before.id,
                    at=now,
                )
            )
