from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Header, Request, Response

from core.models import OrganizationId
from core.storage import exceptions, schemas, service
from core.storage.models import BucketId, ObjectId
from entrypoints.http import problems
from entrypoints.http.dependencies import CurrentActor, Origin, Use
from entrypoints.http.routing import StreamingRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.storage import contents
from entrypoints.http.storage.common import DOWNLOAD, PREFIX

router = make_router(f"{PREFIX}/objects", "objects")
public = make_router("/v1/public", "public")
signed = make_router("/v1/storage/disk", "signed", StreamingRoute)

PUBLIC: Final = "public, max-age=60"

KEPT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The bytes are kept. The ETag of a part is what completing asks for."}
}
FOUND: Final = contents.BYTES | problems.responses(
    exceptions.ObjectNotFound,
    exceptions.BytesMissing,
    exceptions.RangeNotSatisfiable,
    exceptions.StoreUnavailable,
)


@router.head("/{object_id:uuid}/content", include_in_schema=False)
@router.get(
    "/{object_id:uuid}/content",
    response_class=Response,
    responses=DOWNLOAD
    | FOUND
    | {302: {"description": "The store serves it: follow before the address runs out."}},
)
async def get_content(
    organization_id: OrganizationId,
    object_id: ObjectId,
    request: Request,
    actor: CurrentActor,
    open_content: Use[service.OpenContent],
) -> Response:
    content = await open_content(schemas.ObjectReference(id=object_id), actor)
    return await contents.answer(request, content)


@public.head("/{bucket_id}/{object_id}", include_in_schema=False)
@public.get(
    "/{bucket_id}/{object_id}",
    response_class=Response,
    responses=FOUND,
)
async def get_public(
    bucket_id: BucketId,
    object_id: ObjectId,
    request: Request,
    origin: Origin,
    open_content: Use[service.OpenPublicContent],
) -> Response:
    reference = schemas.PublicReference(bucket_id=bucket_id, id=object_id)
    return await contents.answer(request, await open_content(reference, origin), PUBLIC)


@public.head("/{bucket_id}/{object_id}/{filename}", include_in_schema=False)
@public.get(
    "/{bucket_id}/{object_id}/{filename}",
    response_class=Response,
    responses=FOUND,
)
async def get_public_named(
    bucket_id: BucketId,
    object_id: ObjectId,
    filename: str,
    request: Request,
    origin: Origin,
    open_content: Use[service.OpenPublicContent],
) -> Response:
    """The same under a name that people recognise; which one it is does not matter."""
    reference = schemas.PublicReference(bucket_id=bucket_id, id=object_id)
    return await contents.answer(request, await open_content(reference, origin), PUBLIC)


@signed.head("/{token}", include_in_schema=False)
@signed.get(
    "/{token}",
    response_class=Response,
    responses=FOUND | problems.responses(exceptions.SignatureRefused),
)
async def get_signed(
    token: str, request: Request, origin: Origin, get: Use[service.GetByGrant]
) -> Response:
    return await contents.answer(request, await get(schemas.GetByGrant(token=token), origin))


@signed.put(
    "/{token}",
    response_class=Response,
    responses=KEPT
    | problems.responses(
        exceptions.SignatureRefused,
        exceptions.ObjectExists,
        exceptions.ObjectTooLarge,
        exceptions.SizeMismatch,
        exceptions.ChecksumMismatch,
        exceptions.UploadNotFound,
        exceptions.StoreUnavailable,
    ),
)
async def put_signed(
    token: str,
    request: Request,
    origin: Origin,
    put: Use[service.PutByGrant],
    content_type: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
    x_amz_checksum_sha256: Annotated[str | None, Header()] = None,
) -> Response:
    length = request.headers.get("content-length")
    command = schemas.PutByGrant(
        token=token,
        size=None if length is None else int(length),
        content_type=content_type,
        if_none_match=if_none_match,
        checksum_sha256=x_amz_checksum_sha256,
        chunks=request.stream(),
    )
    stored = await put(command, origin)
    return Response(status_code=HTTPStatus.OK, headers={"ETag": f'"{stored.etag}"'})
