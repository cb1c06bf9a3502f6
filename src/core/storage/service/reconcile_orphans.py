from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, lifecycle, ports, schemas
from core.storage.models import StoredKey, StoredObject

AT_ONCE: Final = 1000
SAMPLE: Final = 100


class ReconcileOrphans(UseCase):
    """Compare what lies in the store with what should, side by side in the order of keys.

    Strays are bytes older than a day that no object has; `delete` removes them. Objects whose
    bytes are missing are told and left as they are: somebody has to look into that.
    """

    object_reader: ports.ObjectReader
    object_writer: ports.ObjectWriter
    object_sweeps: ports.ObjectSweeps
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.ReconcileOrphans, actor: Actor) -> schemas.OrphanReport:
        strays, missing = 0, 0
        examples = list[str]()
        async for key, stored in self._pairs():
            if stored is None and key is not None and self._is_stray(key):
                strays += 1
                examples.append(key.key)
                if job.delete:
                    await self.object_writer.delete(key.key)
            elif key is None and stored is not None and stored.status in lifecycle.USED:
                missing += 1
                examples.append(stored.key)
        report = schemas.OrphanReport(
            strays=strays, missing=missing, deleted=job.delete, examples=examples[:SAMPLE]
        )
        if strays or missing:
            async with self.transaction():
                await self.audit.record(
                    actor, "storage.orphans_found", **report.model_dump(mode="json")
                )
        return report

    def _is_stray(self, key: StoredKey) -> bool:
        return key.modified_at < self.clock.now() - constants.STRAY_AFTER

    async def _pairs(self) -> AsyncIterator[tuple[StoredKey | None, StoredObject | None]]:
        """Merge both lists, each in the order of keys; neither is ever held whole."""
        keys = _all(lambda after: self.object_reader.keys(after, limit=AT_ONCE))
        rows = _all(lambda after: self.object_sweeps.after(after, limit=AT_ONCE))
        key, row = await anext(keys, None), await anext(rows, None)
        while key is not None or row is not None:
            if row is None or (key is not None and key.key < row.key):
                yield key, None
                key = await anext(keys, None)
            elif key is None or row.key < key.key:
                yield None, row
                row = await anext(rows, None)
            else:
                yield key, row
                key, row = await anext(keys, None), await anext(rows, None)


async def _all[K: (StoredKey, StoredObject)](
    page: Callable[[str | None], Awaitable[list[K]]],
) -> AsyncIterator[K]:
    after: str | None = None
    while found := await page(after):
        for one in found:
            yield one
        after = found[-1].key
