from core.exceptions import IdempotencyKeyInFlight
from core.models import Actor, OrganizationId
from core.service import UseCase
from core.storage import constants, policies, ports, requests, schemas
from core.storage.admission import Admission
from core.storage.intake import Intake
from core.storage.models import StoredObject


class CopyObject(UseCase):
    """Copy a file inside of the store, under the rules of the bucket that it goes to."""

    buckets: ports.Buckets
    objects: ports.Objects
    object_writer: ports.ObjectWriter
    admission: Admission
    intake: Intake

    async def __call__(self, command: schemas.CopyObject, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        actor.require(constants.OBJECTS_READ)
        asked = command.model_copy(update={"idempotency_key": None})
        marked = requests.mark(command.idempotency_key, asked, actor)
        known = await requests.made_before(self.objects, organization_id, marked)
        if known is not None and known.status in {"pending", "verifying"}:
            raise IdempotencyKeyInFlight(retry_after=1)
        stored = known or await self._copied(organization_id, command, marked, actor)
        return schemas.ObjectView.of(stored)

    async def _copied(
        self,
        organization_id: OrganizationId,
        command: schemas.CopyObject,
        marked: requests.RequestMark | None,
        actor: Actor,
    ) -> StoredObject:
        source = await policies.shown_object(self.objects, organization_id, command.id)
        policies.check_downloadable(source)
        bucket = await policies.bucket_named(
            self.buckets, organization_id, command.target.bucket or source.bucket
        )
        stored = await self.admission(
            bucket,
            actor,
            method="copy",
            size=source.size,
            content_type=source.content_type,
            filename=command.target.filename or source.filename,
            sha256=source.sha256,
            metadata=source.metadata,
            request_key=marked and marked.key,
            request_hash=marked and marked.digest,
        )
        written = self.object_writer.copy(source.key, stored.key, stored.content_type)
        return await self.intake(stored, written, actor)
