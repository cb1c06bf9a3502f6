from core.models import Actor
from core.service import UseCase
from core.storage import ports, schemas
from core.storage.screening import Screening


class ScanObject(UseCase):
    """Have a scanner look at a file. Nothing comes of it while no scanner can tell."""

    objects: ports.Objects
    object_reader: ports.ObjectReader
    content_scanner: ports.ContentScanner
    screening: Screening

    async def __call__(self, job: schemas.ScanObject, actor: Actor) -> None:
        stored = await self.objects.get(job.organization_id, job.object_id)
        if stored is None or stored.status not in {"scanning", "available"}:
            return
        verdict = await self.content_scanner.scan(self.object_reader.stream(stored.key))
        await self.screening(stored, verdict, actor.within(job.organization_id))
