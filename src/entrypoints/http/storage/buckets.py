from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.exceptions import VersionMismatch
from core.models import OrganizationId, Page
from core.storage import exceptions, schemas, service
from core.storage.fields import BucketName
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router
from entrypoints.http.storage.common import BUCKET, PREFIX

router = make_router(f"{PREFIX}/buckets", "buckets")
usage = make_router(f"{PREFIX}/usage", "usage")
quota = make_router("/v1/admin/organizations/{found_id}/storage/quota", "admin")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | problems.responses(exceptions.BucketExists, exceptions.ScannerMissing),
)
async def create_bucket(
    organization_id: OrganizationId,
    command: schemas.CreateBucket,
    actor: CurrentActor,
    response: Response,
    create: Use[service.CreateBucket],
) -> schemas.BucketView:
    bucket = await create(command, actor)
    etags.tag(response, bucket.version)
    return bucket


@router.get("", responses=TENANT | LISTED)
async def list_buckets(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListBuckets, Query()],
    actor: CurrentActor,
    list_buckets: Use[service.ListBuckets],
) -> Page[schemas.BucketView]:
    return await list_buckets(query, actor)


@router.get("/{bucket}", responses=BUCKET)
async def get_bucket(
    organization_id: OrganizationId,
    bucket: BucketName,
    actor: CurrentActor,
    response: Response,
    get: Use[service.GetBucket],
) -> schemas.BucketView:
    found = await get(schemas.BucketReference(name=bucket), actor)
    etags.tag(response, found.version)
    return found


@router.patch(
    "/{bucket}",
    responses=BUCKET | problems.responses(VersionMismatch, exceptions.ScannerMissing),
)
async def update_bucket(
    organization_id: OrganizationId,
    bucket: BucketName,
    changes: schemas.BucketChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    response: Response,
    update: Use[service.UpdateBucket],
) -> schemas.BucketView:
    command = schemas.UpdateBucket(name=bucket, changes=changes, expected_version=version)
    updated = await update(command, actor)
    etags.tag(response, updated.version)
    return updated


@router.delete(
    "/{bucket}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=BUCKET | problems.responses(exceptions.BucketNotEmpty),
)
async def delete_bucket(
    organization_id: OrganizationId,
    bucket: BucketName,
    actor: CurrentActor,
    delete: Use[service.DeleteBucket],
) -> None:
    await delete(schemas.BucketReference(name=bucket), actor)


@usage.get("", responses=TENANT)
async def get_usage(
    organization_id: OrganizationId, actor: CurrentActor, get: Use[service.GetUsage]
) -> schemas.UsageView:
    return await get(None, actor)


@quota.put("", responses=TENANT)
async def set_quota(
    found_id: OrganizationId,
    quota: schemas.Quota,
    actor: CurrentActor,
    set_quota: Use[service.SetQuota],
) -> schemas.UsageView:
    command = schemas.SetQuota(organization_id=found_id, quota=quota)
    return await set_quota(command, actor)
