from contextlib import suppress

from core.exceptions import CoreError
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
        """Try it with what is remembered of the collection first: that spares a question."""
        if asking.follows_an_index(query):
            with suppress(CoreError):
                lately = self.access.lately(actor, query.collection)
                page = await self._page(lately, query, surely=False) if lately else None
                if page is not None and page.items:
                    return page
        opened = await self.access(actor, query.collection, "read")
        return await self._page(opened, query, surely=True)

    async def _page(
        self, opened: Opened, query: schemas.ListRecords, *, surely: bool
    ) -> schemas.RecordsPage:
        asking.check_deleted(opened, wanted=query.include_deleted)
        of, where, deleted = opened.collection, opened.organization_id, query.include_deleted
        asked = asking.asked(opened, query)
        order = asking.order(opened, query, deleted=deleted)
        mark = cursors.fingerprint(of, asked, order, deleted=deleted)
        after = cursors.after(query.cursor, order, mark)
        keys = showing.keys(opened, query.fields, query.expand)
        found = await self.records.page(
            of, where, asked, order,
            limit=query.limit + 1, after=after, deleted=deleted, surely=surely,
        )  # fmt: skip
        items = [showing.shown(one, keys) for one in found[: query.limit]]
        if query.expand:
            items = await self.expansion(opened, items, query.expand)
        more, last = len(found) > query.limit, found[query.limit - 1 : query.limit]
        counting = query.count
        return schemas.RecordsPage(
            items=items,
            next_cursor=cursors.cursor_of(of, last[0], order, mark) if more else None,
            count=None
            if counting == "none"
            else await self.records.count(of, where, asked, counting, deleted=deleted),
        )
