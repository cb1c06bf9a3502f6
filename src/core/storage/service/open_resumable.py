from collections.abc import AsyncIterator

from core.models import Actor
from core.service import UseCase
from core.storage import constants, parts, policies, ports, schemas
from core.storage.addresses import UploadAddresses
from core.storage.admission import Admission
from core.storage.intake import Intake
from core.storage.models import StoredObject


class OpenResumable(UseCase):
    """Announce a file that comes through us, piece by piece. An empty one is there at once."""

    buckets: ports.Buckets
    object_writer: ports.ObjectWriter
    admission: Admission
    addresses: UploadAddresses
    intake: Intake

    async def __call__(self, command: schemas.OpenResumable, actor: Actor) -> schemas.ResumableView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        bucket = await policies.bucket_named(self.buckets, organization_id, command.bucket)
        plan = parts.plan(command.size) if command.size else None
        stored = await self.admission(
            bucket,
            actor,
            method="tus",
            size=command.size,
            content_type=command.content_type,
            filename=command.filename,
            sha256=command.checksum_sha256,
            metadata=command.metadata,
            part_size=plan and plan.size,
            part_count=plan and plan.count,
        )
        opened = self.addresses.begun(stored) if plan else self._empty(stored, actor)
        return schemas.ResumableView.of(await opened)

    async def _empty(self, stored: StoredObject, actor: Actor) -> StoredObject:
        written = self.object_writer.put(
            stored.key, _nothing(), size=0, content_type=stored.content_type, sha256=stored.sha256
        )
        return await self.intake(stored, written, actor)


async def _nothing() -> AsyncIterator[bytes]:
    yield b""
