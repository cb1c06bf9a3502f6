"""What organizations are told of, at a terminal."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import run, use
from entrypoints.cli.showing import Cursor, Json, Limit, Org, details, examples, more, table

if TYPE_CHECKING:
    from bootstrap import Application

app = typer.Typer(help="What organizations are told of.", no_args_is_help=True)

Endpoint = Annotated[UUID, typer.Argument(metavar="ENDPOINT", help="Its id.")]


@app.command("topics", epilog=examples("webhooks topics"))
def topics(*, json: Json = False) -> None:
    """List everything that webhooks may tell of."""
    from core.webhooks import service

    table(use(service.ListTopics, None), ("name", "about"), json=json)


@app.command("list", epilog=examples("webhooks list engines"))
def list_endpoints(organization: Org, *, json: Json = False) -> None:
    """List where an organization's webhooks go, and how they fare."""
    from core.models import PageRequest
    from core.webhooks import service

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListEndpoints)(PageRequest(limit=100), actor)

    shown = ("id", "url", "topics", "enabled", "disabled_because", "failing_since")
    table(run(work).items, shown, json=json)


@app.command(
    "deliveries",
    epilog=examples("webhooks deliveries engines 0199c0de-7000-7000-8000-000000000001"),
)
def list_deliveries(
    organization: Org,
    endpoint: Endpoint,
    limit: Limit = 25,
    cursor: Cursor = None,
    *,
    json: Json = False,
) -> None:
    """List what was sent to an endpoint, the newest first, and what came back."""
    from core.models import PageRequest
    from core.webhooks import schemas, service
    from core.webhooks.models import EndpointId

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        query = schemas.ListDeliveries(
            endpoint_id=EndpointId(endpoint), page=PageRequest(limit=limit, cursor=cursor)
        )
        return await app.use(service.ListDeliveries)(query, actor)

    page = run(work)
    shown = ("id", "topic", "status", "attempts", "response_status", "error", "created_at")
    table(page.items, shown, json=json)
    if not json:
        more(page.next_cursor)


@app.command(
    "redeliver", epilog=examples("webhooks redeliver engines 0199c0de-7000-7000-8000-000000000001")
)
def redeliver(
    organization: Org,
    delivery: Annotated[UUID, typer.Argument(metavar="DELIVERY", help="Its id.")],
    *,
    json: Json = False,
) -> None:
    """Send a message once more, under the id it had."""
    from core.webhooks import schemas, service
    from core.webhooks.models import DeliveryId

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        command = schemas.DeliveryReference(delivery_id=DeliveryId(delivery))
        return await app.use(service.Redeliver)(command, actor)

    details(run(work), json=json)
