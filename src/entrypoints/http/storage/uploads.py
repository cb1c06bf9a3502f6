from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Body, Depends, Header, Query, Request, Response

from core.exceptions import IdempotencyKeyInFlight, IdempotencyKeyReused
from core.models import OrganizationId
from core.storage import exceptions, schemas, service
from core.storage.fields import BucketName, ContentType, Filename, Sha256
from core.storage.models import ObjectId
from entrypoints.http import etags, idempotency, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import OwnIdempotencyRoute, StreamingRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.storage.common import ADMISSION, PREFIX, UPLOAD, VERIFICATION

router = make_router(f"{PREFIX}/uploads", "uploads", OwnIdempotencyRoute)
direct = make_router(f"{PREFIX}/buckets/{{bucket}}/content", "uploads", StreamingRoute)

PENDING = {"verifying", "scanning"}


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT
    | ADMISSION
    | problems.responses(
        exceptions.UploadNotOpen,
        IdempotencyKeyReused,
        IdempotencyKeyInFlight,
        idempotency.IdempotencyKeyInvalid,
    ),
)
async def open_upload(
    organization_id: OrganizationId,
    upload: schemas.InitiateUpload,
    request: Request,
    actor: CurrentActor,
    open_upload: Use[service.OpenUpload],
) -> schemas.OpenedUpload:
    key = idempotency.key_of(request)
    return await open_upload(schemas.OpenUpload(upload=upload, idempotency_key=key), actor)


@router.post("/{upload_id}/parts", responses=UPLOAD | problems.responses(exceptions.PartOutOfRange))
async def sign_parts(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    parts: schemas.PartNumbers,
    actor: CurrentActor,
    sign: Use[service.SignParts],
) -> schemas.SignedParts:
    return await sign(schemas.SignParts(id=upload_id, parts=parts), actor)


@router.get("/{upload_id}/parts", responses=UPLOAD)
async def list_parts(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    actor: CurrentActor,
    list_parts: Use[service.ListParts],
) -> schemas.ArrivedParts:
    return await list_parts(schemas.UploadReference(id=upload_id), actor)


@router.post(
    "/{upload_id}/complete",
    responses=UPLOAD
    | VERIFICATION
    | problems.responses(exceptions.BytesMissing, exceptions.PartsInvalid)
    | {202: {"model": schemas.ObjectView, "description": "It is still verified or scanned."}},
)
async def complete_upload(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    actor: CurrentActor,
    response: Response,
    complete: Use[service.CompleteUpload],
    completion: Annotated[schemas.Completion | None, Body()] = None,
) -> schemas.ObjectView:
    stored = await complete(
        schemas.CompleteUpload(id=upload_id, completion=completion or schemas.Completion()), actor
    )
    if stored.status in PENDING:
        response.status_code = HTTPStatus.ACCEPTED
    etags.tag(response, stored.version)
    return stored


@router.delete("/{upload_id}", status_code=HTTPStatus.NO_CONTENT, responses=UPLOAD)
async def abort_upload(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    actor: CurrentActor,
    abort: Use[service.AbortUpload],
) -> None:
    await abort(schemas.UploadReference(id=upload_id), actor)


async def _announced(
    request: Request,
    filename: Annotated[Filename, Query()],
    content_type: Annotated[ContentType, Header()] = "application/octet-stream",
    x_checksum_sha256: Annotated[Sha256 | None, Header()] = None,
) -> dict[str, Any]:
    """Gather what is said of a file before its bytes come."""
    length = request.headers.get("content-length")
    if length is None:
        raise exceptions.LengthRequired
    return {
        "filename": filename,
        "content_type": content_type,
        "size": int(length),
        "checksum_sha256": x_checksum_sha256,
    }


@direct.put(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | ADMISSION | VERIFICATION | problems.responses(exceptions.LengthRequired),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload_direct(
    organization_id: OrganizationId,
    bucket: BucketName,
    announced: Annotated[dict[str, Any], Depends(_announced)],
    request: Request,
    actor: CurrentActor,
    response: Response,
    upload: Use[service.UploadDirect],
) -> schemas.ObjectView:
    command = schemas.DirectUpload(bucket=bucket, chunks=request.stream(), **announced)
    stored = await upload(command, actor)
    etags.tag(response, stored.version)
    return stored
