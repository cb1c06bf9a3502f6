from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas


class UpdateObject(UseCase):
    """Rename a file or change its metadata. Its bytes never change: upload a new one instead."""

    objects: ports.Objects
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateObject, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        changes = command.changes.changes()
        async with self.transaction():
            before = await policies.shown_object(self.objects, organization_id, command.id)
            policies.check_version(command.expected_version, before.version)
            if before.status != "available":
                raise exceptions.InvalidState(object_status=before.status)
            after = await self.objects.update(before.evolve(**changes, updated_at=self.clock.now()))
            await self.audit.record(
                actor, "object.updated", target=("object", after.id), fields=sorted(changes)
            )
        return schemas.ObjectView.of(after)
