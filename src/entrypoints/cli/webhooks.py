"""What organizations are told of, at a terminal."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import run, use
from entrypoints.cli.showing import Json, Org, details, examples, table

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
@listing(limit=100)
def list_endpoints(organization: Org, asked: Asked) -> None:
    """List where an organization's webhooks go, and how they fare."""
    from core.webhooks import schemas, service

    query = asked.of(schemas.ListEndpoints)

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListEndpoints)(query, actor)

    asked.show(run(work), ("id", "url", "topics", "enabled", "disabled_because", "failing_since"))


@app.command(
    "deliveries",
    epilog=examples("webhooks deliveries engines 0199c0de-7000-7000-8000-000000000001"),
)
@listing()
def list_deliveries(organization: Org, endpoint: Endpoint, asked: Asked) -> None:
    """List what was sent to an endpoint, the newest first, and what came back."""
    from core.webhooks import schemas, service
    from core.webhooks.models import EndpointId

    page = asked.of(schemas.DeliveriesPage)
    query = schemas.ListDeliveries(endpoint_id=EndpointId(endpoint), page=page)

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListDeliveries)(query, actor)

    shown = ("id", "topic", "status", "attempts", "response_status", "error", "created_at")
    asked.show(run(work), shown)


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
