from core.models import Actor, OrganizationId
from core.service import UseCase
from core.storage import constants, exceptions, parts, policies, ports, requests, schemas
from core.storage.addresses import UploadAddresses
from core.storage.admission import Admission
from core.storage.config import StorageConfig
from core.storage.models import StoredObject


class OpenUpload(UseCase):
    """Announce a file: its room is reserved, and the answer says where to send its bytes."""

    buckets: ports.Buckets
    objects: ports.Objects
    admission: Admission
    addresses: UploadAddresses
    storage_config: StorageConfig

    async def __call__(self, command: schemas.OpenUpload, actor: Actor) -> schemas.OpenedUpload:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        marked = requests.mark(command.idempotency_key, command.upload, actor)
        known = await requests.made_before(self.objects, organization_id, marked)
        stored = known or await self._admitted(organization_id, command.upload, marked, actor)
        policies.check_open(stored)
        stored = await self.addresses.begun(stored)
        return schemas.OpenedUpload(
            object=schemas.ObjectView.of(stored), upload=self.addresses.view(stored)
        )

    async def _admitted(
        self,
        organization_id: OrganizationId,
        upload: schemas.InitiateUpload,
        marked: requests.RequestMark | None,
        actor: Actor,
    ) -> StoredObject:
        bucket = await policies.bucket_named(self.buckets, organization_id, upload.bucket)
        in_parts = self._in_parts(upload)
        plan = parts.plan(upload.size) if in_parts else None
        return await self.admission(
            bucket,
            actor,
            method="multipart" if in_parts else "put",
            size=upload.size,
            content_type=upload.content_type,
            filename=upload.filename,
            sha256=upload.checksum_sha256,
            metadata=upload.metadata,
            part_size=plan and plan.size,
            part_count=plan and plan.count,
            request_key=marked and marked.key,
            request_hash=marked and marked.digest,
        )

    def _in_parts(self, upload: schemas.InitiateUpload) -> bool:
        if upload.method == "put" and upload.size > constants.PUT_LIMIT:
            raise exceptions.ObjectTooLarge(
                "One PUT carries at most 5 GiB: leave method at auto.", limit=constants.PUT_LIMIT
            )
        wanted = upload.method == "multipart" or (
            upload.method == "auto" and upload.size > self.storage_config.multipart_threshold
        )
        return wanted and upload.size > 0
