from core.management.records import changing, ports, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class UpdateRecord(UseCase):
    """Change a record by a merge patch (RFC 7396): null takes a field away."""

    access: RecordAccess
    records: ports.Records
    writing: RecordWriting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateRecord, actor: Actor) -> schemas.RecordView:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "update")
            found = await self.records.some(
                opened.collection, opened.organization_id, [command.record_id], hold=True
            )
            before = opened.live(found.get(command.record_id))
            changing.check_version(opened, before, command)
            change = changing.patched(opened, before, command.patch, self.clock.now())
            await self.writing(opened, [change])
        return showing.view(opened, change)
