from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Response

from core.exceptions import InvalidCursor, PermissionDenied, ValidationFailed, VersionMismatch
from core.management.collections import exceptions, schemas, service
from core.management.collections.models import Definition
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.routing import router as make_router

PREFIX = "/v1/organizations/{organization_id}/collections"

router = make_router(PREFIX, "collections")

FOUND = TENANT | problems.responses(PermissionDenied, exceptions.CollectionNotFound)
PLANNED = problems.responses(
    ValidationFailed,
    exceptions.CollectionMigrating,
    exceptions.CollectionShared,
    exceptions.RecordsViolate,
)
CHANGED = FOUND | problems.responses(VersionMismatch, exceptions.CollectionShared)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT
    | problems.responses(
        PermissionDenied,
        ValidationFailed,
        exceptions.CollectionTaken,
        exceptions.TooManyCollections,
    ),
)
async def create_collection(
    organization_id: OrganizationId,
    command: Definition,
    actor: CurrentActor,
    create: Use[service.CreateCollection],
    response: Response,
) -> schemas.CollectionView:
    """Define a collection: what a record of it holds, and who may do what with one."""
    made = await create(schemas.CreateCollection(definition=command), actor)
    etags.tag(response, made.version)
    response.headers["Location"] = f"/v1/organizations/{organization_id}/collections/{made.key}"
    return made


@router.get("", responses=TENANT | problems.responses(PermissionDenied, InvalidCursor))
async def list_collections(
    organization_id: OrganizationId,
    page: Annotated[schemas.CollectionsPage, Query()],
    actor: CurrentActor,
    list_collections: Use[service.ListCollections],
) -> Page[schemas.CollectionView]:
    """List collections, the newest first; those that all organizations share are among them."""
    return await list_collections(schemas.ListCollections(**dict(page)), actor)


@router.get("/templates", responses=TENANT | problems.responses(PermissionDenied))
async def list_collection_templates(
    organization_id: OrganizationId,
    actor: CurrentActor,
    list_templates: Use[service.ListCollectionTemplates],
) -> schemas.TemplatesView:
    """List collections to begin with: what is in one, `apply` takes as it is."""
    return await list_templates(None, actor)


@router.post(
    "/apply",
    responses=TENANT
    | PLANNED
    | problems.responses(PermissionDenied, VersionMismatch, exceptions.TooManyCollections),
)
async def apply_collections(
    organization_id: OrganizationId,
    command: schemas.Applied,
    actor: CurrentActor,
    apply: Use[service.ApplyCollections],
) -> schemas.ApplyView:
    """Make collections be as this says: all of it is done, or nothing; with `dry_run` nothing."""
    return await apply(schemas.ApplyCollections(**dict(command)), actor)


@router.get("/{collection_key}", responses=FOUND)
async def get_collection(
    organization_id: OrganizationId,
    collection_key: str,
    actor: CurrentActor,
    get: Use[service.GetCollection],
    response: Response,
) -> schemas.CollectionView:
    found = await get(_named(collection_key), actor)
    etags.tag(response, found.version)
    return found


@router.patch("/{collection_key}", responses=CHANGED | PLANNED)
async def update_collection(
    organization_id: OrganizationId,
    collection_key: str,
    change: schemas.CollectionChange,
    version: ExpectedVersion,
    actor: CurrentActor,
    update: Use[service.UpdateCollection],
    response: Response,
) -> schemas.CollectionView:
    """Change a collection; `fields` and `permissions` are replaced as a whole.

    Where records have to follow, a job does that: it is `migrating` meanwhile.
    """
    command = schemas.UpdateCollection(
        key=_named(collection_key).key, change=change, expected_version=version
    )
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.delete(
    "/{collection_key}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=CHANGED | problems.responses(exceptions.CollectionMigrating),
)
async def delete_collection(
    organization_id: OrganizationId,
    collection_key: str,
    version: ExpectedVersion,
    actor: CurrentActor,
    delete: Use[service.DeleteCollection],
) -> None:
    """Delete a collection with its records; for 30 days it can be restored."""
    await delete(
        schemas.DeleteCollection(key=_named(collection_key).key, expected_version=version), actor
    )


@router.post(
    "/{collection_key}/restore", responses=FOUND | problems.responses(exceptions.CollectionTaken)
)
async def restore_collection(
    organization_id: OrganizationId,
    collection_key: str,
    actor: CurrentActor,
    restore: Use[service.RestoreCollection],
    response: Response,
) -> schemas.CollectionView:
    """Bring back the collection of that key that was deleted last, with its records."""
    back = await restore(_named(collection_key), actor)
    etags.tag(response, back.version)
    return back


@router.get("/{collection_key}/schema", responses=FOUND)
async def get_collection_schema(
    organization_id: OrganizationId,
    collection_key: str,
    actor: CurrentActor,
    get: Use[service.GetCollectionSchema],
) -> dict[str, Any]:
    """Get the JSON Schema (2020-12) of a record as one sends it."""
    return await get(_named(collection_key), actor)


@router.get("/{collection_key}/openapi", responses=FOUND)
async def get_collection_openapi(
    organization_id: OrganizationId,
    collection_key: str,
    actor: CurrentActor,
    get: Use[service.GetCollectionOpenapi],
) -> dict[str, Any]:
    """Get an OpenAPI 3.1 document of what a collection's records answer to."""
    return await get(_named(collection_key), actor)


@router.post("/{collection_key}/plan", responses=FOUND | PLANNED)
async def plan_collection(
    organization_id: OrganizationId,
    collection_key: str,
    change: schemas.CollectionChange,
    actor: CurrentActor,
    plan: Use[service.PlanCollection],
) -> schemas.Plan:
    """See what a change would mean, and the first hundred records that are in its way."""
    return await plan(schemas.PlanCollection(key=_named(collection_key).key, change=change), actor)


def _named(key: str) -> schemas.CollectionReference:
    """Return which one is meant; there is none of a key that can't be."""
    try:
        return schemas.CollectionReference(key=key)
    except ValueError:
        raise exceptions.CollectionNotFound from None
