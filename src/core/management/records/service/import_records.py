from core.management.records import constants, filing, importing, ports, putting, schemas
from core.management.records.access import Opened, RecordAccess
from core.management.records.importing import RecordImporting, Taken
from core.management.records.models import ImportId
from core.models import Actor
from core.ports import Clock, Ids, Jobs, Transaction
from core.service import UseCase


class ImportRecords(UseCase):
    """Take the rows of a file; many are taken by a job, whose progress can be looked at.

    Rows that can't be are told, up to `max_errors`; with more, nothing of a small file is kept.
    """

    access: RecordAccess
    importing: RecordImporting
    record_imports: ports.Imports
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.ImportRecords, actor: Actor) -> schemas.ImportView:
        opened = await self.access(actor, command.collection, "create")
        if command.upsert_on not in {None, "id"}:
            putting.unique_field(opened, command.upsert_on or "")
        pieces = filing.pieces(opened, command)
        if len(command.rows) > constants.INLINE and not command.dry_run:
            return await self._defer(opened, command, [list(one.rows) for one in pieces])
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "create")
            taken = Taken()
            for rows in pieces:
                results = await self.importing.judged(opened, rows)
                taken = taken.plus(importing.summed(results, rows.begin))
                if taken.failed <= command.max_errors and not command.dry_run:
                    await self.importing.keep(opened, results)
        return filing.view(command, taken)

    async def _defer(
        self, opened: Opened, command: schemas.ImportRecords, pieces: list[list[schemas.Data]]
    ) -> schemas.ImportView:
        made = filing.begun(opened, command, ImportId(self.ids.new()), self.clock.now())
        job = schemas.RunImport(
            import_id=made.id, collection=command.collection, actor=opened.actor
        )
        async with self.transaction():
            await self.record_imports.add(made, pieces)
            await self.jobs.defer(job, lock=f"records/import/{made.id}")
        return schemas.ImportView.of(made)
