from core.exceptions import CoreError
from core.management.records import batches, schemas
from core.management.records.access import RecordAccess
from core.management.records.intake import RecordIntake
from core.management.records.models import RecordId
from core.models import Actor
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class BatchRecords(UseCase):
    """Change many records at once: all or nothing, or each that can be."""

    access: RecordAccess
    intake: RecordIntake
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.BatchRecords, actor: Actor) -> schemas.BatchView:
        batches.check(command.ops)
        async with self.transaction():
            opened = await self.access.held(actor, command.collection)
            there = await self.intake.held(opened, [one.id for one in command.ops if one.id])
            tried = batches.results(
                opened, command.ops, there, lambda: RecordId(self.ids.new()), self.clock.now()
            )
            results = await self.intake.sifted(opened, tried)
            if command.mode == "atomic":
                for place, one in sorted(results.items()):
                    if isinstance(one, CoreError):
                        raise batches.placed(one, place)
            await self.intake.keep(opened, results)
        told = [batches.outcome(one) for _, one in sorted(results.items())]
        failed = sum(one.result == "failed" for one in told)
        return schemas.BatchView(succeeded=len(told) - failed, failed=failed, results=told)
