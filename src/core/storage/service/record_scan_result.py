from core.exceptions import NotFound
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase
from core.storage import exceptions, ports, schemas
from core.storage.screening import Screening


class RecordScanResult(UseCase):
    """Take what a scanner outside found; told twice, it counts once."""

    objects: ports.Objects
    scan_events: ports.ScanEvents
    scan_signatures: ports.ScanSignatures
    screening: Screening
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ToldScanResult, actor: Actor) -> None:
        if not self.scan_signatures.matches(command.body, command.signature):
            raise exceptions.ScanSignatureInvalid
        result = command.result
        stored = await self.objects.get(result.organization_id, result.object_id)
        if stored is None:
            raise NotFound
        async with self.transaction():
            new = await self.scan_events.add(
                result.organization_id,
                result.event_id,
                result.object_id,
                result.verdict,
                self.clock.now(),
            )
            if new:
                await self.screening(stored, result.verdict, actor.within(result.organization_id))
