from core.management.records import constants, ports, schemas
from core.management.records.access import Opened, RecordAccess
from core.management.records.models import RecordId
from core.management.records.ordering import IndexRow, rows
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class VerifyRecords(UseCase):
    """Look whether the side index says of every record what the record says."""

    access: RecordAccess
    record_index: ports.RecordIndex
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.VerifyRecords, actor: Actor) -> schemas.VerifyView:
        opened = await self.access(actor, command.collection, "read", "update")
        seen = kept = 0
        after: RecordId | None = None
        wrong = dict[RecordId, list[IndexRow]]()
        while True:
            batch = await self.record_index.batch(
                opened.collection, opened.organization_id, after=after, limit=constants.SCAN
            )
            for record, found in batch:
                seen, kept, wanted = seen + 1, kept + len(found), rows(opened.collection, record)
                if set(found) != set(wanted):
                    wrong[record.id] = wanted
            if len(batch) < constants.SCAN:
                break
            after = batch[-1][0].id
        if command.mend and wrong:
            await self._mend(opened, wrong)
        return schemas.VerifyView(
            records=seen, rows=kept, wrong=list(wrong), mended=command.mend and bool(wrong)
        )

    async def _mend(self, opened: Opened, wrong: dict[RecordId, list[IndexRow]]) -> None:
        of = opened.collection
        async with self.transaction():
            await self.record_index.mend(of, opened.organization_id, wrong)
            await self.audit.record(
                opened.actor, "records.mended", target=("collection", of.id), records=len(wrong)
            )
