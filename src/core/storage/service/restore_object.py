from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas


class RestoreObject(UseCase):
    """Bring a deleted file back, as long as its purge has not begun and its bucket is there."""

    buckets: ports.Buckets
    objects: ports.Objects
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ObjectReference, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_DELETE)
        before = await policies.shown_object(self.objects, organization_id, command.id)
        if before.status != "deleted" or before.purge_attempts:
            raise exceptions.InvalidState(object_status=before.status)
        after = before.moved(
            "available" if before.failure is None else "quarantined",
            self.clock.now(),
            deleted_at=None,
            purge_after=None,
        )
        async with self.transaction():
            if await self.buckets.lock(organization_id, before.bucket) is None:
                raise exceptions.BucketNotFound
            if not await self.objects.move(before, after):
                raise exceptions.InvalidState
            await self.audit.record(actor, "object.restored", target=("object", before.id))
        return schemas.ObjectView.of(after)
