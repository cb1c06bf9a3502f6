from collections.abc import AsyncIterator

from core.management.records import ports, schemas, watching
from core.management.records.access import Opened, RecordAccess
from core.management.records.notices import Stretch
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class WatchRecords(UseCase):
    """Tell of changes as they happen, and first of those since the last that was heard of.

    Which record, and which version it has: whoever is told reads it, as they may.
    """

    access: RecordAccess
    records: ports.Records
    record_notices: ports.Notices
    clock: Clock

    async def __call__(
        self, query: schemas.WatchRecords, actor: Actor
    ) -> AsyncIterator[watching.Told | None]:
        opened = await self.access(actor, query.collection, "read")
        return self._told(opened, watching.moment(query.last_event_id))

    async def _told(
        self, opened: Opened, since: watching.Moment
    ) -> AsyncIterator[watching.Told | None]:
        of, where = opened.collection, opened.organization_id
        listening = self.record_notices.listen(Stretch(organization_id=where, collection_id=of.id))
        ends = self.clock.now() + watching.LONGEST
        caught_up = since is None
        async for notice in listening:
            if not caught_up and since is not None:
                caught_up = True
                async for one in watching.missed(self.records, opened, since):
                    yield one
            if notice is None:
                yield None
            elif watching.concerns(opened, notice):
                yield watching.told(notice)
            if self.clock.now() > ends:
                return
