from core.management.records import changing, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.models import RecordId
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class CreateRecord(UseCase):
    """Make a record."""

    access: RecordAccess
    writing: RecordWriting
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateRecord, actor: Actor) -> schemas.RecordView:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "create")
            record_id = RecordId(self.ids.new())
            change = changing.created(opened, record_id, command.data, self.clock.now())
            await self.writing(opened, [change])
        return showing.view(opened, change)
