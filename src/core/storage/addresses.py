from collections.abc import Iterable
from datetime import timedelta

from core.ports import Clock
from core.service import Collaborator
from core.storage import constants, exceptions, ports, schemas
from core.storage.config import StorageConfig
from core.storage.models import SignedRequest, StoredObject


class UploadAddresses(Collaborator):
    """Where the bytes of an upload go. What is signed holds until the upload is over at most."""

    url_signer: ports.UrlSigner
    multipart_uploads: ports.MultipartUploads
    object_checks: ports.ObjectChecks
    storage_config: StorageConfig
    clock: Clock

    async def begun(self, stored: StoredObject) -> StoredObject:
        """Have the store gather parts, if it comes in parts and the store does not yet."""
        if stored.plan is None or stored.store_upload_id is not None:
            return stored
        upload_id = await self.multipart_uploads.begin(stored.key, stored.content_type)
        if not await self.object_checks.keep_upload_id(stored, upload_id):
            await self.multipart_uploads.abort(stored.key, upload_id)
            raise exceptions.UploadNotOpen
        return stored.model_copy(update={"store_upload_id": upload_id})

    def view(self, stored: StoredObject) -> schemas.UploadView:
        plan = stored.plan
        first = range(1, min(plan.count, constants.PARTS_AT_FIRST) + 1) if plan else ()
        return schemas.UploadView(
            id=stored.id,
            method=stored.upload_method,
            expires_at=stored.upload_expires_at,
            request=None if plan else self._put(stored),
            part_size=stored.part_size,
            part_count=stored.part_count,
            parts=self.parts(stored, first) if plan else None,
        )

    def parts(self, stored: StoredObject, numbers: Iterable[int]) -> list[schemas.SignedPart]:
        """Sign the parts with these numbers; raise PartOutOfRange, UploadNotOpen."""
        plan, upload_id = stored.plan, stored.store_upload_id
        if plan is None or upload_id is None or stored.upload_method != "multipart":
            raise exceptions.UploadNotOpen("The parts of this upload are not sent one by one.")
        if wrong := [number for number in numbers if not plan.has(number)]:
            raise exceptions.PartOutOfRange(
                f"The parts are numbered 1 to {plan.count}, not {wrong[0]}."
            )
        return [
            schemas.SignedPart(
                number=number,
                size=plan.length(number),
                request=self.url_signer.part(
                    stored.key,
                    upload_id,
                    number,
                    size=plan.length(number),
                    lifetime=self._lifetime(stored),
                ),
            )
            for number in numbers
        ]

    def _put(self, stored: StoredObject) -> SignedRequest:
        return self.url_signer.put(
            stored.key,
            size=stored.size,
            content_type=stored.content_type,
            sha256=stored.sha256,
            lifetime=self._lifetime(stored),
        )

    def _lifetime(self, stored: StoredObject) -> timedelta:
        left = stored.upload_expires_at - self.clock.now()
        if left <= timedelta(0):
            raise exceptions.UploadNotOpen("The upload ran out.")
        return min(left, self.storage_config.upload_lifetime)
