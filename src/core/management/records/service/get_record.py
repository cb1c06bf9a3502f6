from core.management.records import ports, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.expanding import RecordExpansion
from core.models import Actor
from core.service import UseCase


class GetRecord(UseCase):
    """Get a record."""

    access: RecordAccess
    records: ports.Records
    expansion: RecordExpansion

    async def __call__(self, query: schemas.GetRecord, actor: Actor) -> schemas.RecordView:
        opened = await self.access(actor, query.collection, "read")
        found = await self.records.some(
            opened.collection, opened.organization_id, [query.record_id]
        )
        record = opened.live(found.get(query.record_id))
        shown = showing.shown(record, showing.keys(opened, query.fields, query.expand))
        if query.expand:
            [shown] = await self.expansion(opened, [shown], query.expand)
        return schemas.RecordView(record=shown, version=record.version)
