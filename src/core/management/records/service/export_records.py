from core.management.records import asking, ports, schemas, showing
from core.management.records.access import RecordAccess
from core.management.records.exporting import Exported
from core.management.records.scanning import scan
from core.models import Actor
from core.service import UseCase


class ExportRecords(UseCase):
    """Hand out all records that are asked for, as they come: no transaction is open meanwhile."""

    access: RecordAccess
    records: ports.Records

    async def __call__(self, query: schemas.ExportRecords, actor: Actor) -> Exported:
        opened = await self.access(actor, query.collection, "read")
        asked, order = asking.asked(opened, query), asking.order(opened, query)
        keys = showing.keys(opened, query.fields)
        return Exported(
            fields=[opened.collection.by_key[key] for key in keys],
            pages=scan(self.records, opened, asked, order, keys),
        )
