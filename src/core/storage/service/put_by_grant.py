from core.models import Actor
from core.service import UseCase
from core.storage import exceptions, ports, schemas
from core.storage.fields import digest_text
from core.storage.models import Grant, Part, Stored


class PutByGrant(UseCase, halts=True):
    """Take the bytes that a signed address of ours was made for, and no others."""

    grants: ports.Grants
    object_writer: ports.ObjectWriter
    multipart_uploads: ports.MultipartUploads

    async def __call__(self, command: schemas.PutByGrant, actor: Actor) -> Stored | Part:
        grant = self.grants.open(command.token)
        if grant.size is None or command.size != grant.size:
            raise exceptions.SignatureRefused(f"Send exactly {grant.size} bytes.")
        if grant.action == "part" and grant.upload_id and grant.number:
            return await self.multipart_uploads.put(
                grant.key, grant.upload_id, grant.number, command.chunks, size=grant.size
            )
        if grant.action != "put" or grant.content_type is None:
            raise exceptions.SignatureRefused
        _check_headers(command, grant)
        return await self.object_writer.put(
            grant.key,
            command.chunks,
            size=grant.size,
            content_type=grant.content_type,
            sha256=grant.sha256,
        )


def _check_headers(command: schemas.PutByGrant, grant: Grant) -> None:
    """Refuse a request that does not carry exactly the headers that were signed."""
    signed = {
        "Content-Type": (grant.content_type, command.content_type),
        "If-None-Match": ("*", command.if_none_match),
        "x-amz-checksum-sha256": (
            grant.sha256 and digest_text(grant.sha256),
            command.checksum_sha256,
        ),
    }
    for name, (wanted, sent) in signed.items():
        if wanted != sent:
            hint = f"Send {name}: {wanted}" if wanted else f"Send no {name}"
            raise exceptions.SignatureRefused(f"{hint}, as it was signed.")
