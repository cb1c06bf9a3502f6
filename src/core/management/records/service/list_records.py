from core.management.records import asking, cursors, ports, schemas, showing
from core.management.records.access import Opened, RecordAccess
from core.management.records.expanding import RecordExpansion
from core.models import Actor
from core.service import UseCase


class ListRecords(UseCase):
    """List the records that are asked for, in order, page by page."""

    access: RecordAccess
    records: ports.Records
    expansion: RecordExpansion

    async def __call__(self, query: schemas.ListRecords, actor: Actor) -> schemas.RecordsPage:
        opened = await self.access(actor, query.collection, "read")
        asking.check_deleted(opened, wanted=query.include_deleted)
        of, where, deleted = opened.collection, opened.organization_id, query.include_deleted
        asked = asking.asked(opened, query)
        order = asking.order(opened, query, deleted=deleted)
        mark = cursors.fingerprint(of, asked, order, deleted=deleted)
        after = cursors.after(query.cursor, order, mark)
        keys = showing.keys(opened, query.fields, query.expand)
        found = await self.records.page(
            of, where, asked, order, limit=query.limit + 1, after=after, deleted=deleted
        )
        page = found[: query.limit]
        more = len(found) > query.limit
        return schemas.RecordsPage(
            items=await self._told(opened, [showing.shown(one, keys) for one in page], query),
            next_cursor=cursors.cursor_of(of, page[-1], order, mark) if more else None,
            count=None
            if query.count == "none"
            else await self.records.count(of, where, asked, query.count, deleted=deleted),
        )

    async def _told(
        self, opened: Opened, items: list[showing.Shown], query: schemas.ListRecords
    ) -> list[showing.Shown]:
        return await self.expansion(opened, items, query.expand) if query.expand else items
