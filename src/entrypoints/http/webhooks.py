from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.exceptions import AuthenticationRequired, PermissionDenied
from core.models import OrganizationId, Page
from core.webhooks import exceptions, schemas, service
from core.webhooks.models import DeliveryId, EndpointId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

topics = make_router("/v1/webhook-topics", "webhooks")
router = make_router("/v1/organizations/{organization_id}/webhook-endpoints", "webhooks")
deliveries = make_router("/v1/organizations/{organization_id}/webhook-deliveries", "webhooks")

KNOWN = TENANT | problems.responses(exceptions.WebhookEndpointNotFound, PermissionDenied)
SOUND = problems.responses(exceptions.EndpointNotAllowed, exceptions.UnknownTopic)


@topics.get("", responses=problems.responses(AuthenticationRequired))
async def list_topics(actor: CurrentActor, known: Use[service.ListTopics]) -> list[schemas.Topic]:
    return await known(None, actor)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | SOUND | problems.responses(exceptions.TooManyEndpoints, PermissionDenied),
)
async def create_webhook_endpoint(
    organization_id: OrganizationId,
    command: schemas.CreateEndpoint,
    actor: CurrentActor,
    create: Use[service.CreateEndpoint],
) -> schemas.NewEndpoint:
    return await create(command, actor)


@router.get("", responses=TENANT | LISTED | problems.responses(PermissionDenied))
async def list_webhook_endpoints(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListEndpoints, Query()],
    actor: CurrentActor,
    list_endpoints: Use[service.ListEndpoints],
) -> Page[schemas.EndpointView]:
    return await list_endpoints(page, actor)


@router.get("/{webhook_endpoint_id}", responses=KNOWN)
async def get_webhook_endpoint(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    actor: CurrentActor,
    get: Use[service.GetEndpoint],
) -> schemas.EndpointView:
    return await get(schemas.EndpointReference(endpoint_id=webhook_endpoint_id), actor)


@router.patch("/{webhook_endpoint_id}", responses=KNOWN | SOUND)
async def update_webhook_endpoint(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    changes: schemas.UpdateEndpoint,
    actor: CurrentActor,
    update: Use[service.UpdateEndpoint],
) -> schemas.EndpointView:
    command = schemas.ChangeEndpoint(endpoint_id=webhook_endpoint_id, changes=changes)
    return await update(command, actor)


@router.delete("/{webhook_endpoint_id}", status_code=HTTPStatus.NO_CONTENT, responses=KNOWN)
async def delete_webhook_endpoint(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    actor: CurrentActor,
    delete: Use[service.DeleteEndpoint],
) -> None:
    await delete(schemas.EndpointReference(endpoint_id=webhook_endpoint_id), actor)


@router.post("/{webhook_endpoint_id}/rotate-secret", responses=KNOWN)
async def rotate_webhook_secret(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    actor: CurrentActor,
    rotate: Use[service.RotateSecret],
) -> schemas.NewSecret:
    return await rotate(schemas.EndpointReference(endpoint_id=webhook_endpoint_id), actor)


@router.post("/{webhook_endpoint_id}/ping", status_code=HTTPStatus.ACCEPTED, responses=KNOWN)
async def ping_webhook_endpoint(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    actor: CurrentActor,
    ping: Use[service.PingEndpoint],
) -> schemas.DeliveryView:
    return await ping(schemas.EndpointReference(endpoint_id=webhook_endpoint_id), actor)


@router.get("/{webhook_endpoint_id}/deliveries", responses=KNOWN | LISTED)
async def list_webhook_deliveries(
    organization_id: OrganizationId,
    webhook_endpoint_id: EndpointId,
    page: Annotated[schemas.DeliveriesPage, Query()],
    actor: CurrentActor,
    list_deliveries: Use[service.ListDeliveries],
) -> Page[schemas.DeliveryView]:
    query = schemas.ListDeliveries(endpoint_id=webhook_endpoint_id, page=page)
    return await list_deliveries(query, actor)


@deliveries.post(
    "/{webhook_delivery_id}/redeliver",
    status_code=HTTPStatus.ACCEPTED,
    responses=TENANT | problems.responses(exceptions.DeliveryNotFound, PermissionDenied),
)
async def redeliver_webhook(
    organization_id: OrganizationId,
    webhook_delivery_id: DeliveryId,
    actor: CurrentActor,
    redeliver: Use[service.Redeliver],
) -> schemas.DeliveryView:
    return await redeliver(schemas.DeliveryReference(delivery_id=webhook_delivery_id), actor)
