from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Body, Query, Request, Response

from core.exceptions import InvalidCursor, PermissionDenied, ValidationFailed, VersionMismatch
from core.management.collections.exceptions import CollectionNotFound
from core.management.records import exceptions, schemas, service
from core.management.records.models import RecordId
from core.models import Model, OrganizationId, Page
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.management import asking
from entrypoints.http.management.asking import CollectionKey, Expecting, IfNoneMatch
from entrypoints.http.routing import LenientRoute
from entrypoints.http.routing import router as make_router

PREFIX = "/v1/organizations/{organization_id}/collections/{collection_key}/records"

lists = make_router(PREFIX, "records", route_class=LenientRoute)
router = make_router(PREFIX, "records")

type Data = Annotated[dict[str, Any], Body(examples=[{"title": "Printer on fire"}])]

READ = TENANT | problems.responses(CollectionNotFound, PermissionDenied)
ASKED = READ | problems.responses(
    exceptions.BadFilter,
    exceptions.BadSort,
    exceptions.UnknownField,
    exceptions.SortNotIndexed,
    exceptions.QueryTooExpensive,
)
ONE = READ | problems.responses(exceptions.RecordNotFound)
WRITTEN = READ | problems.responses(exceptions.UniqueViolation, ValidationFailed)
CHANGED = WRITTEN | ONE | problems.responses(VersionMismatch, exceptions.IfMatchRequired)


class GetQuery(Model):
    """`fields` and `expand` are keys of fields, separated by commas."""

    fields: Annotated[str, Query(max_length=4500)] | None = None
    expand: Annotated[str, Query(max_length=400)] | None = None


class PutQuery(Model):
    """`by` is a unique field, whose value then stands in the address."""

    by: Annotated[str, Query(max_length=63)] | None = None


class HistoryQuery(Model):
    limit: Annotated[int, Query(ge=1, le=100)] = 25
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,9}$")] | None = None


class RevertChange(Model):
    """To which version."""

    version: Annotated[int, Body(ge=1, le=2**31 - 1)]


@lists.get(
    "",
    response_class=Response,
    openapi_extra=asking.described(schemas.ListRecords),
    responses=ASKED
    | problems.responses(InvalidCursor, exceptions.CursorMismatch, exceptions.NotExpandable)
    | asking.documented(asking.PAGE, 200),
)
async def list_records(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    request: Request,
    actor: CurrentActor,
    list_records: Use[service.ListRecords],
) -> Response:
    """List the records that are asked for, page by page.

    Sort by up to three of id, created_at, updated_at and indexed fields; a minus puts the largest
    first, and what has no value stands behind all that has. A cursor belongs to one list.
    """
    query = asking.question(request, schemas.ListRecords, collection_key)
    return asking.page(await list_records(query, actor))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_class=Response,
    responses=WRITTEN | asking.documented(asking.RECORD, 201),
)
async def create_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    data: Data,
    actor: CurrentActor,
    create: Use[service.CreateRecord],
) -> Response:
    """Make a record: its fields, side by side."""
    made = await create(schemas.CreateRecord(collection=collection_key, data=data), actor)
    response = asking.answer(made, HTTPStatus.CREATED)
    response.headers["Location"] = _address(organization_id, collection_key, made.id)
    return response


@router.get(
    "/{record_id}",
    response_class=Response,
    responses=ONE
    | problems.responses(exceptions.UnknownField, exceptions.NotExpandable)
    | asking.documented(asking.RECORD, 200)
    | {304: {"description": "The record is still that."}},
)
async def get_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    query: Annotated[GetQuery, Query()],
    actor: CurrentActor,
    get: Use[service.GetRecord],
    if_none_match: IfNoneMatch = None,
) -> Response:
    told = {"fields": _keys(query.fields), "expand": _keys(query.expand) or ()}
    asked = asking.checked(
        schemas.GetRecord, told | {"collection": collection_key, "record_id": record_id}
    )
    found = await get(asked, actor)
    if asking.unchanged(if_none_match, found):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=asking.tagged(found))
    return asking.answer(found)


@router.patch(
    "/{record_id}",
    response_class=Response,
    dependencies=[asking.MergePatch],
    openapi_extra=asking.MERGE_PATCH,
    responses=CHANGED
    | problems.responses(asking.PatchUnsupported)
    | asking.documented(asking.RECORD, 200),
)
async def update_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    patch: Data,
    expecting: Expecting,
    actor: CurrentActor,
    update: Use[service.UpdateRecord],
) -> Response:
    """Change a record by a merge patch (RFC 7396): null takes a field away."""
    command = schemas.UpdateRecord(
        collection=collection_key, record_id=record_id, patch=patch, **dict(expecting)
    )
    return asking.answer(await update(command, actor))


@router.put(
    "/{record_id}",
    response_class=Response,
    responses=CHANGED
    | problems.responses(exceptions.BadFilter, exceptions.RecordExists, exceptions.RecordTaken)
    | asking.documented(asking.RECORD, 200, 201),
)
async def put_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: str,
    data: Data,
    query: Annotated[PutQuery, Query()],
    putting: asking.Put,
    actor: CurrentActor,
    put: Use[service.PutRecord],
) -> Response:
    """Have a record say this, whether it is there or not; with If-None-Match: * it is new.

    It is named by an id, which may be of your own choice, or with `by` by the value of that field,
    of which there is one.
    """
    command = schemas.PutRecord(
        collection=collection_key,
        named=record_id,
        by=query.by,
        data=data,
        **dict(putting),
    )
    found = await put(command, actor)
    response = asking.answer(found, HTTPStatus.CREATED if found.created else HTTPStatus.OK)
    response.headers["Location"] = _address(organization_id, collection_key, found.id)
    return response


@router.delete("/{record_id}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
async def delete_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    expecting: Expecting,
    actor: CurrentActor,
    delete: Use[service.DeleteRecord],
) -> None:
    """Delete a record; it can be restored."""
    await delete(
        schemas.DeleteRecord(collection=collection_key, record_id=record_id, **dict(expecting)),
        actor,
    )


@router.post(
    "/{record_id}/restore",
    response_class=Response,
    responses=CHANGED
    | problems.responses(exceptions.RecordNotDeleted)
    | asking.documented(asking.RECORD, 200),
)
async def restore_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    actor: CurrentActor,
    restore: Use[service.RestoreRecord],
) -> Response:
    """Have a deleted record live again, unless a value of which there is one was taken."""
    command = schemas.RestoreRecord(collection=collection_key, record_id=record_id)
    return asking.answer(await restore(command, actor))


@router.get("/{record_id}/history", responses=ONE)
async def list_record_history(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    query: Annotated[HistoryQuery, Query()],
    actor: CurrentActor,
    history: Use[service.ListRecordHistory],
) -> Page[schemas.Version]:
    """List what a record said, the newest version first."""
    asked = schemas.ListRecordHistory(collection=collection_key, record_id=record_id, **dict(query))
    return await history(asked, actor)


@router.post(
    "/{record_id}/revert",
    response_class=Response,
    responses=CHANGED
    | problems.responses(exceptions.RecordVersionNotFound)
    | asking.documented(asking.RECORD, 200),
)
async def revert_record(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    record_id: RecordId,
    change: RevertChange,
    expecting: Expecting,
    actor: CurrentActor,
    revert: Use[service.RevertRecord],
) -> Response:
    """Have a record say again what it said; that is a new version, and no history is lost."""
    command = schemas.RevertRecord(
        collection=collection_key, record_id=record_id, version=change.version, **dict(expecting)
    )
    return asking.answer(await revert(command, actor))


def _keys(told: str | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(filter(None, told.split(",")))


def _address(organization_id: OrganizationId, key: str, record_id: RecordId) -> str:
    return f"/v1/organizations/{organization_id}/collections/{key}/records/{record_id}"
