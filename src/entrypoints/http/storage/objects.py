from http import HTTPStatus
from typing import Annotated

from fastapi import Body, Query, Request, Response

from core.exceptions import (
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    VersionMismatch,
)
from core.models import OrganizationId, Page
from core.storage import exceptions, schemas, service
from core.storage.models import ObjectId
from entrypoints.http import etags, idempotency, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.storage.common import (
    ADMISSION,
    BUCKET,
    DOWNLOAD,
    OBJECT,
    PREFIX,
    VERIFICATION,
)

router = make_router(f"{PREFIX}/objects", "objects")
copies = make_router(f"{PREFIX}/objects", "objects", OwnIdempotencyRoute)

CHANGEABLE = OBJECT | problems.responses(exceptions.InvalidState)


@router.get("", responses=BUCKET | LISTED)
async def list_objects(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListObjects, Query()],
    actor: CurrentActor,
    list_objects: Use[service.ListObjects],
) -> Page[schemas.ObjectView]:
    return await list_objects(query, actor)


@router.post("/download-urls", responses=TENANT)
async def make_download_urls(
    organization_id: OrganizationId,
    command: schemas.MakeDownloadUrls,
    actor: CurrentActor,
    make: Use[service.MakeDownloadUrls],
) -> schemas.DownloadResults:
    return await make(command, actor)


@router.get("/{object_id:uuid}", responses=OBJECT)
async def get_object(
    organization_id: OrganizationId,
    object_id: ObjectId,
    actor: CurrentActor,
    response: Response,
    get: Use[service.GetObject],
) -> schemas.ObjectView:
    stored = await get(schemas.ObjectReference(id=object_id), actor)
    etags.tag(response, stored.version)
    return stored


@router.patch("/{object_id:uuid}", responses=CHANGEABLE | problems.responses(VersionMismatch))
async def update_object(
    organization_id: OrganizationId,
    object_id: ObjectId,
    changes: schemas.ObjectChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    response: Response,
    update: Use[service.UpdateObject],
) -> schemas.ObjectView:
    command = schemas.UpdateObject(id=object_id, changes=changes, expected_version=version)
    stored = await update(command, actor)
    etags.tag(response, stored.version)
    return stored


@router.delete("/{object_id:uuid}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGEABLE)
async def delete_object(
    organization_id: OrganizationId,
    object_id: ObjectId,
    actor: CurrentActor,
    delete: Use[service.DeleteObject],
) -> None:
    await delete(schemas.ObjectReference(id=object_id), actor)


@router.post(
    "/{object_id:uuid}/restore",
    responses=CHANGEABLE | problems.responses(exceptions.BucketNotFound),
)
async def restore_object(
    organization_id: OrganizationId,
    object_id: ObjectId,
    actor: CurrentActor,
    response: Response,
    restore: Use[service.RestoreObject],
) -> schemas.ObjectView:
    stored = await restore(schemas.ObjectReference(id=object_id), actor)
    etags.tag(response, stored.version)
    return stored


@copies.post(
    "/{object_id:uuid}/copy",
    status_code=HTTPStatus.CREATED,
    responses=DOWNLOAD
    | ADMISSION
    | VERIFICATION
    | problems.responses(
        IdempotencyKeyReused, IdempotencyKeyInFlight, idempotency.IdempotencyKeyInvalid
    ),
)
async def copy_object(
    organization_id: OrganizationId,
    object_id: ObjectId,
    request: Request,
    actor: CurrentActor,
    response: Response,
    copy: Use[service.CopyObject],
    target: Annotated[schemas.CopyTarget | None, Body()] = None,
) -> schemas.ObjectView:
    command = schemas.CopyObject(
        id=object_id,
        target=target or schemas.CopyTarget(),
        idempotency_key=idempotency.key_of(request),
    )
    stored = await copy(command, actor)
    etags.tag(response, stored.version)
    return stored


@router.post("/{object_id:uuid}/download-url", responses=DOWNLOAD)
async def make_download_url(
    organization_id: OrganizationId,
    object_id: ObjectId,
    actor: CurrentActor,
    make: Use[service.MakeDownloadUrl],
    options: Annotated[schemas.DownloadOptions | None, Body()] = None,
) -> schemas.DownloadUrl:
    return await make(
        schemas.MakeDownloadUrl(id=object_id, options=options or schemas.DownloadOptions()), actor
    )
