"""Where an organization's webhooks go, and what became of each message."""

from typing import Final

from fastapi import Request, Response

from core.models import PageRequest
from core.webhooks import schemas, service
from core.webhooks.models import DeliveryId, EndpointId
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

WEBHOOKS: Final = f"{TENANT}/webhooks"
ENDPOINT: Final = f"{WEBHOOKS}/{{endpoint_id}}"


@router.get(WEBHOOKS)
async def list_endpoints(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListEndpoints)(asked(request, PageRequest), visit.actor)
    return visit.page("webhooks.html", found=found, older=older(request, found.next_cursor))


@router.get(f"{WEBHOOKS}/new")
async def ask_for_endpoint(request: Request) -> Response:
    visit = here(request)
    topics = await visit.use(service.ListTopics)(None, visit.actor)
    return visit.page("webhook_new.html", topics=topics, chosen=visit.several.get("topics", []))


@router.post(f"{WEBHOOKS}/new")
@beside(ask_for_endpoint)
async def create_endpoint(request: Request) -> Response:
    """Show the secret as the answer to the form: it is in no address, and shown this once."""
    visit = here(request)
    topics = visit.several.get("topics", [])
    command = visit.sent.command(schemas.CreateEndpoint, topics=topics)
    made = await visit.use(service.CreateEndpoint)(command, visit.actor)
    return visit.page("webhook_secret.html", endpoint_id=made.id, secret=made.secret, until=None)


@router.get(ENDPOINT)
async def show_endpoint(request: Request, endpoint_id: EndpointId) -> Response:
    visit = here(request)
    reference = schemas.EndpointReference(endpoint_id=endpoint_id)
    endpoint = await visit.use(service.GetEndpoint)(reference, visit.actor)
    query = schemas.ListDeliveries(endpoint_id=endpoint_id, page=asked(request, PageRequest))
    found = await visit.use(service.ListDeliveries)(query, visit.actor)
    return visit.page(
        "webhook.html",
        endpoint=endpoint,
        found=found,
        older=older(request, found.next_cursor),
    )


@router.post(f"{ENDPOINT}/switch")
@beside(show_endpoint)
async def switch_endpoint(request: Request, endpoint_id: EndpointId) -> Response:
    visit = here(request)
    enabled = visit.sent.values.get("enabled") == "true"
    changes = schemas.UpdateEndpoint(enabled=enabled)
    command = schemas.ChangeEndpoint(endpoint_id=endpoint_id, changes=changes)
    await visit.use(service.UpdateEndpoint)(command, visit.actor)
    said = "It is switched on." if enabled else "It is switched off; messages wait meanwhile."
    return visit.leave(visit.path(f"/webhooks/{endpoint_id}"), said)


@router.post(f"{ENDPOINT}/ping")
@beside(show_endpoint)
async def ping(request: Request, endpoint_id: EndpointId) -> Response:
    visit = here(request)
    reference = schemas.EndpointReference(endpoint_id=endpoint_id)
    await visit.use(service.PingEndpoint)(reference, visit.actor)
    return visit.leave(visit.path(f"/webhooks/{endpoint_id}"), "A try is on its way.")


@question(
    router,
    f"{ENDPOINT}/secret",
    title="Make a new secret?",
    about="The old one signs beside it for a day, so that the receiver can change over.",
    button="Make a new secret",
    back=ENDPOINT,
)
async def rotate_secret(request: Request, endpoint_id: EndpointId) -> Response:
    visit = here(request)
    reference = schemas.EndpointReference(endpoint_id=endpoint_id)
    made = await visit.use(service.RotateSecret)(reference, visit.actor)
    return visit.page(
        "webhook_secret.html", endpoint_id=endpoint_id, secret=made.secret, until=made.older_until
    )


@question(
    router,
    f"{ENDPOINT}/delete",
    title="Delete this endpoint?",
    about="Nothing is sent to it any more, and what waits for it is forgotten.",
    button="Delete the endpoint",
    back=WEBHOOKS,
)
async def delete_endpoint(request: Request, endpoint_id: EndpointId) -> Response:
    visit = here(request)
    reference = schemas.EndpointReference(endpoint_id=endpoint_id)
    await visit.use(service.DeleteEndpoint)(reference, visit.actor)
    return visit.leave(visit.path("/webhooks"), "The endpoint is gone.")


@router.post(f"{ENDPOINT}/deliveries/{{delivery_id}}/repeat")
@beside(show_endpoint)
async def redeliver(request: Request, endpoint_id: EndpointId, delivery_id: DeliveryId) -> Response:
    visit = here(request)
    reference = schemas.DeliveryReference(delivery_id=delivery_id)
    await visit.use(service.Redeliver)(reference, visit.actor)
    return visit.leave(visit.path(f"/webhooks/{endpoint_id}"), "It is sent once more.")
