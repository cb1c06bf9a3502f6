from fastapi import Request

from core.billing import constants, exceptions, schemas, service
from entrypoints.http import problems
from entrypoints.http.dependencies import Origin, Use
from entrypoints.http.routing import StreamingRoute
from entrypoints.http.routing import router as make_router

router = make_router("/v1/billing/plans", "plans")
webhooks = make_router("/v1/billing/webhooks", "webhooks", StreamingRoute)


@router.get("")
async def list_plans(origin: Origin, list_plans: Use[service.ListPlans]) -> schemas.PlansView:
    return await list_plans(schemas.ListPlans(), origin)


@webhooks.post(
    "/stripe",
    responses=problems.responses(
        exceptions.InvalidSignature,
        exceptions.InvalidEvent,
        exceptions.WebhooksDisabled,
        exceptions.EventTooLarge,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
async def receive_event(
    request: Request, origin: Origin, receive: Use[service.ReceiveEvent]
) -> schemas.ReceivedView:
    command = schemas.ReceiveEvent(
        body=await _body(request), signature=request.headers.get("stripe-signature")
    )
    return await receive(command, origin)


async def _body(request: Request) -> bytes:
    """Read no more than any event has, before anything else is looked at."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > constants.WEBHOOK_LIMIT:
            raise exceptions.EventTooLarge
    return bytes(body)
