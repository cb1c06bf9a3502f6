from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field

from core.billing import exceptions, models, schemas, service
from core.billing.catalogue import Feature, Key
from core.billing.schemas.subscriptions import ProviderId
from core.models import Model, OrganizationId, Page
from entrypoints.http import idempotency, problems
from entrypoints.http.accounts.admin import OPERATOR
from entrypoints.http.billing.common import CUSTOMER, ORDERED
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

router = make_router("/v1/admin/billing/events", "admin")
organizations = make_router("/v1/admin/organizations/{found_id}/billing", "admin")
refunds = make_router(
    "/v1/admin/organizations/{found_id}/billing/refunds", "admin", OwnIdempotencyRoute
)
commands = make_router("/v1/admin/billing/commands", "admin")


class Refunded(Model):
    """Give money back that was paid for an invoice; all that is left if no amount is named."""

    invoice_id: ProviderId
    amount: int | None = Field(default=None, ge=1, strict=True)
    reason: models.RefundReason = "requested_by_customer"


class Given(Model):
    """A feature that is given apart from the plan; null takes it away."""

    feature: Feature | None
    expires_at: datetime | None = None


@router.get("", responses=OPERATOR | LISTED)
async def list_billing_events(
    query: Annotated[schemas.ListEvents, Query()],
    actor: CurrentActor,
    list_events: Use[service.ListEvents],
) -> Page[schemas.EventView]:
    return await list_events(query, actor)


@router.post(
    "/{event_id}/replay",
    status_code=HTTPStatus.NO_CONTENT,
    responses=OPERATOR | problems.responses(exceptions.EventNotFound),
)
async def replay_billing_event(
    event_id: ProviderId, actor: CurrentActor, replay: Use[service.ReplayEvent]
) -> None:
    await replay(schemas.EventReference(event_id=event_id), actor)


@organizations.post("/sync", responses=OPERATOR | CUSTOMER)
async def sync_organization_billing(
    found_id: OrganizationId, actor: CurrentActor, sync: Use[service.SyncOrganization]
) -> schemas.BillingView:
    return await sync(schemas.SyncOrganization(organization_id=found_id), actor)


@refunds.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=OPERATOR
    | CUSTOMER
    | ORDERED
    | problems.responses(exceptions.InvoiceNotFound, exceptions.RefundTooLarge),
)
async def refund_invoice(
    found_id: OrganizationId,
    asked: Refunded,
    request: Request,
    actor: CurrentActor,
    refund: Use[service.RefundInvoice],
) -> schemas.RefundView:
    key = idempotency.key_of(request)
    command = schemas.RefundInvoice(organization_id=found_id, **asked.model_dump())
    return await refund(schemas.Ordered(asked=command, idempotency_key=key), actor)


@commands.get("", responses=OPERATOR | LISTED)
async def list_billing_commands(
    query: Annotated[schemas.ListCommands, Query()],
    actor: CurrentActor,
    list_commands: Use[service.ListCommands],
) -> Page[schemas.CommandView]:
    return await list_commands(query, actor)


@organizations.put("/entitlement-overrides/{feature}", responses=OPERATOR)
async def set_entitlement_override(
    found_id: OrganizationId,
    feature: Key,
    given: Given,
    actor: CurrentActor,
    set_override: Use[service.SetOverride],
) -> models.Override:
    command = schemas.SetOverride(
        organization_id=found_id, key=feature, feature=given.feature, expires_at=given.expires_at
    )
    return await set_override(command, actor)


@organizations.delete(
    "/entitlement-overrides/{feature}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=OPERATOR | problems.responses(exceptions.FeatureNotFound),
)
async def drop_entitlement_override(
    found_id: OrganizationId,
    feature: Key,
    actor: CurrentActor,
    drop: Use[service.DropOverride],
) -> None:
    await drop(schemas.OverrideReference(organization_id=found_id, feature=feature), actor)
