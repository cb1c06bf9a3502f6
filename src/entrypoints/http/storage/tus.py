"""Uploads that go on where they broke off, by tus 1.0.0 (https://tus.io/protocols/resumable-upload).

Its extensions creation, expiration, termination and checksum are spoken as well.
"""

from base64 import b64decode
from collections.abc import AsyncIterator
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, override

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from core.exceptions import CoreError, Malformed, PreconditionFailed, Unsupported
from core.models import OrganizationId
from core.storage import exceptions, schemas, service
from core.storage.models import ObjectId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import Handler, StreamingRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.storage.common import ADMISSION, PREFIX, UPLOAD, VERIFICATION

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination,checksum"
ALGORITHMS: Final = "sha1,sha256"
PIECES: Final = "application/offset+octet-stream"
CHECKSUM_MISMATCH: Final = 460
OVERRIDE: Final = "X-HTTP-Method-Override"
EXPOSED: Final = (
    "Location",
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Offset",
)
"""What pages of other origins must be able to read."""

NAMES: Final = {
    "bucket": ("bucket", "bucketName"),
    "filename": ("filename", "name"),
    "content_type": ("filetype", "contentType", "type"),
    "checksum_sha256": ("checksum_sha256",),
}
"""What clients call what we need to know of a file, in their metadata."""


class TusVersionUnsupported(PreconditionFailed):
    """Send Tus-Resumable: 1.0.0, the version that is spoken here."""


class UploadMetadataInvalid(Malformed):
    """Upload-Metadata is not pairs of a key and base64, separated by commas."""


class UploadChecksumInvalid(Malformed):
    """Upload-Checksum is not sha1 or sha256, a space, and the digest in base64."""


class PiecesExpected(Unsupported):
    """Send the bytes as application/offset+octet-stream."""


class TusRoute(StreamingRoute):
    """Speaks one version of the protocol, also when something is wrong.

    Clients that can only send POST say in a header what they mean.
    """

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches(_meant(scope))

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().handle(_meant(scope), receive, send)

    @override
    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await handler(request)
            except CoreError as error:
                mismatch = isinstance(error, exceptions.ChecksumMismatch)
                status = CHECKSUM_MISMATCH if mismatch else None
                response = await problems.core_error(request, error, status)
            response.headers["Tus-Resumable"] = VERSION
            return response

        return handle


def _meant(scope: Scope) -> Scope:
    meant = Headers(scope=scope).get(OVERRIDE) if scope["method"] == "POST" else None
    return scope if meant is None else {**scope, "method": meant.upper()}


async def _spoken(tus_resumable: Annotated[str | None, Header()] = None) -> None:
    if tus_resumable != VERSION:
        raise TusVersionUnsupported


router = make_router(f"{PREFIX}/tus", "uploads", TusRoute)

SPOKEN: Final = [Depends(_spoken)]

RESUMABLE: Final = UPLOAD | problems.responses(TusVersionUnsupported)
APPENDED: Final = (
    RESUMABLE
    | VERIFICATION
    | problems.responses(
        exceptions.OffsetMismatch,
        exceptions.ObjectTooLarge,
        PiecesExpected,
        UploadChecksumInvalid,
    )
    | {
        CHECKSUM_MISMATCH: {
            "description": "`checksum_mismatch`: the bytes do not count.",
            "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}},
        }
    }
)


async def _announced(
    request: Request,
    upload_length: Annotated[int, Header(ge=0, le=2**53 - 1)],
    upload_metadata: Annotated[str, Header()] = "",
) -> schemas.OpenResumable:
    """Read what clients say of a file; what has no other meaning becomes its metadata."""
    said = _pairs(upload_metadata)
    about: dict[str, Any] = {"content_type": "application/octet-stream", "size": upload_length}
    for name, spellings in NAMES.items():
        given = [said.pop(one) for one in spellings if one in said]
        if any(given):
            about[name] = next(filter(None, given))
    try:
        return schemas.OpenResumable.model_validate(about | {"metadata": said})
    except ValidationError as error:
        wrong = [
            one | {"loc": ("header", "Upload-Metadata", *one["loc"])} for one in error.errors()
        ]
        raise RequestValidationError(wrong) from None


async def _checksum(
    upload_checksum: Annotated[str | None, Header()] = None,
) -> schemas.Checksum | None:
    if upload_checksum is None:
        return None
    algorithm, _, text = upload_checksum.partition(" ")
    try:
        digest = b64decode(text, validate=True)
        return schemas.Checksum.model_validate({"algorithm": algorithm, "digest": digest})
    except ValueError:
        raise UploadChecksumInvalid from None


async def _pieces(
    upload_id: ObjectId,
    upload_offset: Annotated[int, Header(ge=0)],
    checksum: Annotated[schemas.Checksum | None, Depends(_checksum)],
    request: Request,
) -> schemas.AppendToUpload:
    if request.headers.get("content-type") != PIECES:
        raise PiecesExpected
    return schemas.AppendToUpload(
        id=upload_id, offset=upload_offset, checksum=checksum, chunks=_what_comes(request)
    )


@router.options("", status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def describe(organization_id: OrganizationId, request: Request, response: Response) -> None:
    """Tell what is spoken here."""
    config = request.app.state.application.container.storage_config()
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Checksum-Algorithm"] = ALGORITHMS
    response.headers["Tus-Max-Size"] = str(config.max_object_bytes)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=SPOKEN,
    responses=TENANT
    | ADMISSION
    | problems.responses(TusVersionUnsupported, UploadMetadataInvalid)
    | {201: {"description": "Location says where the bytes go."}},
)
async def open_resumable(
    organization_id: OrganizationId,
    announced: Annotated[schemas.OpenResumable, Depends(_announced)],
    actor: CurrentActor,
    response: Response,
    open_resumable: Use[service.OpenResumable],
) -> None:
    opened = await open_resumable(announced, actor)
    place = PREFIX.format(organization_id=organization_id)
    response.headers["Location"] = f"{place}/tus/{opened.id}"
    _describe(response, opened)


@router.head("/{upload_id}", dependencies=SPOKEN, include_in_schema=False)
async def get_resumable(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    actor: CurrentActor,
    response: Response,
    get: Use[service.GetResumable],
) -> None:
    found = await get(schemas.UploadReference(id=upload_id), actor)
    response.headers["Upload-Length"] = str(found.size)
    _describe(response, found)


@router.patch(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=SPOKEN,
    responses=APPENDED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {PIECES: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def append(
    organization_id: OrganizationId,
    pieces: Annotated[schemas.AppendToUpload, Depends(_pieces)],
    actor: CurrentActor,
    response: Response,
    append: Use[service.AppendToUpload],
) -> None:
    _describe(response, await append(pieces, actor))


@router.delete(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=SPOKEN,
    responses=RESUMABLE,
)
async def terminate(
    organization_id: OrganizationId,
    upload_id: ObjectId,
    actor: CurrentActor,
    abort: Use[service.AbortUpload],
) -> None:
    await abort(schemas.UploadReference(id=upload_id), actor)


async def _what_comes(request: Request) -> AsyncIterator[bytes]:
    """Yield the body until it ends, or its connection does: what came by then counts."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        return


def _pairs(text: str) -> dict[str, str]:
    """Read `key base64,key base64`; a key alone stands for an empty value."""
    found = dict[str, str]()
    for pair in filter(None, map(str.strip, text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode()
        except ValueError:
            raise UploadMetadataInvalid(f"The value of {key} can't be read.") from None
    return found


def _describe(response: Response, upload: schemas.ResumableView) -> None:
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Cache-Control"] = "no-store"
    if upload.status == "pending":
        response.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
