from uuid import UUID

from pydantic import Field

from core.billing import exceptions, schemas, service
from core.billing.catalogue import Key
from core.models import Model, OrganizationId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.billing.common import PREFIX
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

router = make_router(f"{PREFIX}/entitlements", "entitlements")


class Used(Model):
    """So much was used. By `id` it counts once, however often it is sent."""

    amount: int = Field(default=1, ge=1, le=1_000_000_000, strict=True)
    id: UUID | None = None


@router.get("", responses=TENANT)
async def list_entitlements(
    organization_id: OrganizationId,
    actor: CurrentActor,
    list_entitlements: Use[service.ListEntitlements],
) -> schemas.EntitlementsView:
    return await list_entitlements(None, actor)


@router.get("/{feature}", responses=TENANT | problems.responses(exceptions.FeatureNotFound))
async def get_entitlement(
    organization_id: OrganizationId,
    feature: Key,
    actor: CurrentActor,
    get: Use[service.GetEntitlement],
) -> schemas.EntitlementView:
    return await get(schemas.EntitlementReference(feature=feature), actor)


@router.post(
    "/{feature}/consume",
    responses=TENANT
    | problems.responses(
        exceptions.FeatureNotInPlan, exceptions.NotMetered, exceptions.LimitExceeded
    ),
)
async def consume(
    organization_id: OrganizationId,
    feature: Key,
    used: Used,
    actor: CurrentActor,
    consume: Use[service.Consume],
) -> schemas.EntitlementView:
    command = schemas.Consume(feature=feature, amount=used.amount, id=used.id)
    return await consume(command, actor)
