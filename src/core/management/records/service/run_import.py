from core.exceptions import CoreError, Forbidden, NotFound
from core.management.records import filing, ports, schemas
from core.management.records.access import RecordAccess
from core.management.records.importing import RecordImporting, Rows
from core.management.records.models import Import
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class RunImport(UseCase):
    """Take a file piece by piece, in the name of whoever sent it; after a crash, the rest."""

    access: RecordAccess
    importing: RecordImporting
    record_imports: ports.Imports
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.RunImport, _: Actor) -> None:
        found = await self.record_imports.get(job.actor.require_organization(), job.import_id)
        for number in filing.numbers(found) if found else ():
            if found is not None and found.state in {"waiting", "running"}:
                try:
                    found = await self._piece(job, found, number)
                except (Forbidden, NotFound) as error:
                    await self._stop(found, error)
                    return

    async def _stop(self, imported: Import, error: CoreError) -> None:
        """Say why it goes no further: the collection is gone, say."""
        async with self.transaction():
            await self.record_imports.put(filing.stopped(imported, error, self.clock.now()))

    async def _piece(self, job: schemas.RunImport, imported: Import, number: int) -> Import:
        rows = await self.record_imports.piece(imported, number)
        async with self.transaction():
            opened = await self.access.held(job.actor, job.collection, "create")
            told = Rows(rows=rows, begin=imported.seen, upsert_on=imported.upsert_on)
            taken = await self.importing(opened, told)
            further = filing.advanced(imported, len(rows), taken, self.clock.now())
            await self.record_imports.put(further)
        return further
