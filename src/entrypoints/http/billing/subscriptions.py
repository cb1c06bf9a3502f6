from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response

from core.billing import exceptions, models, schemas, service
from core.billing.schemas.subscriptions import ProviderId
from core.models import OrganizationId
from entrypoints.http import idempotency, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.billing.common import AWAITED, CUSTOMER, ORDERED, PREFIX, PROVIDER, told
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

router = make_router(PREFIX, "billing")
orders = make_router(PREFIX, "billing", OwnIdempotencyRoute)

SUBSCRIBED = ORDERED | problems.responses(exceptions.NoSubscription)
SEATS = problems.responses(exceptions.SeatsAreCounted, exceptions.SeatFloor)
SOLD = problems.responses(exceptions.UnknownPrice, exceptions.PriceNotReady)


@router.get("", responses=TENANT)
async def get_billing(
    organization_id: OrganizationId, actor: CurrentActor, get: Use[service.GetBilling]
) -> schemas.BillingView:
    return await get(None, actor)


@orders.post(
    "/checkout-sessions",
    status_code=HTTPStatus.CREATED,
    responses=ORDERED
    | SOLD
    | SEATS
    | problems.responses(
        exceptions.AlreadySubscribed, exceptions.RedirectNotAllowed, exceptions.CheckoutNotFound
    ),
)
async def open_checkout(
    organization_id: OrganizationId,
    asked: schemas.OpenCheckout,
    request: Request,
    actor: CurrentActor,
    open_checkout: Use[service.OpenCheckout],
) -> schemas.CheckoutView:
    key = idempotency.key_of(request)
    return await open_checkout(schemas.Ordered(asked=asked, idempotency_key=key), actor)


@router.post(
    "/checkout-sessions/{checkout_id}/sync",
    responses=CUSTOMER
    | problems.responses(exceptions.CheckoutNotFound, exceptions.CheckoutNotComplete),
)
async def sync_checkout(
    organization_id: OrganizationId,
    checkout_id: ProviderId,
    actor: CurrentActor,
    sync: Use[service.SyncCheckout],
) -> schemas.BillingView:
    return await sync(schemas.CheckoutReference(id=checkout_id), actor)


@router.post(
    "/portal-sessions",
    status_code=HTTPStatus.CREATED,
    responses=CUSTOMER
    | problems.responses(exceptions.RedirectNotAllowed, exceptions.NoSubscription),
)
async def open_portal(
    organization_id: OrganizationId,
    command: schemas.OpenPortal,
    actor: CurrentActor,
    open_portal: Use[service.OpenPortal],
) -> schemas.PortalView:
    return await open_portal(command, actor)


@router.post(
    "/subscription/preview",
    responses=TENANT | PROVIDER | SOLD | SEATS | problems.responses(exceptions.NoSubscription),
)
async def preview_change(
    organization_id: OrganizationId,
    command: schemas.PreviewChange,
    actor: CurrentActor,
    preview: Use[service.PreviewChange],
) -> models.Preview:
    return await preview(command, actor)


@orders.patch(
    "/subscription",
    response_model=schemas.BillingView | schemas.PaymentView,
    responses=SUBSCRIBED
    | SOLD
    | AWAITED
    | SEATS
    | problems.responses(exceptions.PastDueUnpaid, exceptions.CardDeclined),
)
async def change_subscription(
    organization_id: OrganizationId,
    asked: schemas.ChangeSubscription,
    request: Request,
    response: Response,
    actor: CurrentActor,
    change: Use[service.ChangeSubscription],
) -> schemas.BillingView | schemas.PaymentView:
    key = idempotency.key_of(request)
    answer = await change(schemas.Ordered(asked=asked, idempotency_key=key), actor)
    return told(answer, response)


@orders.delete("/subscription", responses=SUBSCRIBED)
async def cancel_subscription(
    organization_id: OrganizationId,
    asked: Annotated[schemas.CancelSubscription, Query()],
    actor: CurrentActor,
    cancel: Use[service.CancelSubscription],
) -> schemas.BillingView:
    return await cancel(schemas.Ordered(asked=asked), actor)


@orders.post(
    "/subscription/resume",
    responses=SUBSCRIBED | problems.responses(exceptions.NotResumable),
)
async def resume_subscription(
    organization_id: OrganizationId,
    request: Request,
    actor: CurrentActor,
    resume: Use[service.ResumeSubscription],
) -> schemas.BillingView:
    key = idempotency.key_of(request)
    return await resume(schemas.Ordered(asked=None, idempotency_key=key), actor)


@orders.post("/subscription/pause", responses=SUBSCRIBED)
async def pause_subscription(
    organization_id: OrganizationId,
    asked: schemas.PauseSubscription,
    request: Request,
    actor: CurrentActor,
    pause: Use[service.PauseSubscription],
) -> schemas.BillingView:
    key = idempotency.key_of(request)
    return await pause(schemas.Ordered(asked=asked, idempotency_key=key), actor)


@orders.post("/subscription/unpause", responses=SUBSCRIBED)
async def unpause_subscription(
    organization_id: OrganizationId,
    request: Request,
    actor: CurrentActor,
    unpause: Use[service.UnpauseSubscription],
) -> schemas.BillingView:
    key = idempotency.key_of(request)
    return await unpause(schemas.Ordered(asked=None, idempotency_key=key), actor)
