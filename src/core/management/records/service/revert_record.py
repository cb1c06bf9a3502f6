from core.management.records import changing, exceptions, ports, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class RevertRecord(UseCase):
    """Have a record say again what it said; that is a new version, and no history is lost."""

    access: RecordAccess
    records: ports.Records
    writing: RecordWriting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RevertRecord, actor: Actor) -> schemas.RecordView:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "update")
            of, where = opened.collection, opened.organization_id
            found = await self.records.some(of, where, [command.record_id], hold=True)
            before = opened.live(found.get(command.record_id))
            changing.check_version(opened, before, command)
            past = await self.records.history(
                of, where, before.id, limit=1, before=command.version + 1
            )
            if not past or past[0].version != command.version:
                raise exceptions.RecordVersionNotFound
            change = changing.reverted(opened, before, past[0], self.clock.now())
            await self.writing(opened, [change])
        return showing.view(opened, change)
