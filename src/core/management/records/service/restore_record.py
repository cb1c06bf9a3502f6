from core.management.records import changing, ports, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class RestoreRecord(UseCase):
    """Have a deleted record live again, unless what is unique in it was taken meanwhile."""

    access: RecordAccess
    records: ports.Records
    writing: RecordWriting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RestoreRecord, actor: Actor) -> schemas.RecordView:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "delete")
            found = await self.records.some(
                opened.collection, opened.organization_id, [command.record_id], hold=True
            )
            before = opened.seen(found.get(command.record_id))
            change = changing.restored(opened, before, self.clock.now())
            await self.writing(opened, [change])
        return showing.view(opened, change)
