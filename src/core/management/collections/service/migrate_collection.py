from core.management.collections import constants, ports, schemas, values
from core.management.collections.changing import Telling
from core.management.collections.models import Collection
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class MigrateCollection(UseCase):
    """Have the records of a collection follow its definition, some hundred at a time.

    Each batch is a transaction of its own and marks what it wrote: whoever goes on after a crash
    looks at the rest alone. Records that are changed meanwhile follow by that already; one that
    was still being written by the old definition is found by looking once more.
    """

    collections: ports.Collections
    contents: ports.Contents
    telling: Telling
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.MigrateCollection, actor: Actor) -> None:
        found = await self._due(job)
        if found is None:
            return
        while (last := await self._batch(found, None)) is not None:
            while last is not None:
                last = await self._batch(found, last)
        async with self.transaction():
            await self.collections.lock(job.organization_id)
            found = await self._due(job)
            if found is not None:
                settled = {"state": "ready", "building": (), "removed": ()}
                ready = found.evolve(**settled, updated_at=self.clock.now())
                await self.collections.put(ready)
                await self.telling(actor, ready, "collection.migrated")

    async def _due(self, job: schemas.MigrateCollection) -> Collection | None:
        found = await self.collections.get(job.organization_id, job.key)
        if found is None or found.organization_id != job.organization_id:
            return None
        due = found.version == job.version and found.state == "migrating"
        return found if due else None

    async def _batch(
        self, collection: Collection, after: ports.Content | None
    ) -> ports.Content | None:
        async with self.transaction():
            page = await self.contents.page(
                collection, after=after, limit=constants.BATCH, outdated=True
            )
            renewed = [one.evolve(data=values.renewed(collection, one.data)[0]) for one in page]
            await self.contents.put(collection, renewed)
        return page[-1] if page else None
