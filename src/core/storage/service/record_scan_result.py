from core.exceptions import NotFound
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase
from core.storage import ports, schemas
from core.storage.screening import Screening


class RecordScanResult(UseCase):
    """Take what a scanner outside found; told twice, it counts once."""

    objects: ports.Objects
    scan_events: ports.ScanEvents
    screening: Screening
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ScanResult, actor: Actor) -> None:
        if not actor.trusted:
            raise NotFound
        stored = await self.objects.get(command.organization_id, command.object_id)
        if stored is None:
            raise NotFound
        async with self.transaction():
            new = await self.scan_events.add(
                command.organization_id,
                command.event_id,
                command.object_id,
                command.verdict,
                self.clock.now(),
            )
            if new:
                await self.screening(stored, command.verdict, actor.within(command.organization_id))
