from fastapi import Request

from core.billing import constants, exceptions, schemas, service
from core.exceptions import ContentTooLarge
from entrypoints.http import problems
from entrypoints.http.dependencies import Origin, Use
from entrypoints.http.routing import StreamingRoute
from entrypoints.http.routing import router as make_router

router = make_router("/v1/billing/plans", "plans")


class WebhookRoute(StreamingRoute):
    """Takes no more than any event has, before anything else is looked at."""

    body_limit = constants.WEBHOOK_LIMIT


webhooks = make_router("/v1/billing/webhooks", "webhooks", WebhookRoute)


@router.get("")
async def list_plans(origin: Origin, list_plans: Use[service.ListPlans]) -> schemas.PlansView:
    return await list_plans(schemas.ListPlans(), origin)


@webhooks.post(
    "/stripe",
    responses=problems.responses(
        exceptions.InvalidSignature,
        exceptions.InvalidEvent,
        exceptions.WebhooksDisabled,
        ContentTooLarge,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def receive_event(
    request: Request, origin: Origin, receive: Use[service.ReceiveEvent]
) -> schemas.ReceivedView:
    command = schemas.ReceiveEvent(
        body=await request.body(), signature=request.headers.get("stripe-signature")
    )
    return await receive(command, origin)
