from core.management.records import ports, schemas, showing
from core.management.records.access import RecordAccess
from core.models import Actor, Page
from core.service import UseCase


class ListRecordHistory(UseCase):
    """List what a record said, the newest version first."""

    access: RecordAccess
    records: ports.Records

    async def __call__(
        self, query: schemas.ListRecordHistory, actor: Actor
    ) -> Page[schemas.Version]:
        opened = await self.access(actor, query.collection, "read")
        of, where = opened.collection, opened.organization_id
        found = await self.records.some(of, where, [query.record_id])
        record = opened.seen(found.get(query.record_id))
        before = int(query.cursor) if query.cursor else None
        history = await self.records.history(
            of, where, record.id, limit=query.limit + 1, before=before
        )
        page, keys = history[: query.limit], showing.keys(opened)
        more = len(history) > query.limit
        return Page(
            items=[schemas.Version.of(one, keys) for one in page],
            next_cursor=str(page[-1].version) if more else None,
        )
