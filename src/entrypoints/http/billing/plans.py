from hashlib import sha256
from http import HTTPStatus

from fastapi import Request, Response

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


@router.get(
    "",
    response_model=schemas.PlansView,
    responses={304: {"description": "They are as you know them."}},
)
async def list_plans(
    request: Request, response: Response, origin: Origin, list_plans: Use[service.ListPlans]
) -> schemas.PlansView | Response:
    plans = await list_plans(schemas.ListPlans(), origin)
    tag = f'"{sha256(plans.model_dump_json().encode()).hexdigest()[:16]}"'
    cached = {"ETag": tag, "Cache-Control": "public, max-age=60"}
    known = request.headers.get("if-none-match", "")
    if tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=cached)
    response.headers.update(cached)
    return plans


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
