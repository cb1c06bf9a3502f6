"""What is sold and what comes of it: plans for everybody, the rest for operators."""

from typing import Final

from fastapi import Request, Response

from core.billing import schemas, service
from core.billing.schemas.subscriptions import ProviderId
from entrypoints.http.console.asking import asked, older
from entrypoints.http.console.navigation import ADMIN
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here

router = make_router()

PAYMENTS: Final = f"{ADMIN}/payments"
STATUSES: Final = ("pending", "processed", "ignored", "dead")


@router.get(f"{ADMIN}/plans")
async def show_plans(request: Request) -> Response:
    visit = here(request)
    plans = await visit.use(service.GetCatalogue)(schemas.ListPlans(), visit.actor)
    return visit.page("plans.html", plans=plans)


async def revenue(visit: Visit) -> list[schemas.RevenueView]:
    """Return what is paid a month; of money support hears nothing."""
    if visit.actor.platform_role != "operator":
        return []
    return await visit.use(service.GetRevenue)(schemas.GetRevenue(), visit.actor)


@router.get(PAYMENTS)
async def show_payments(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListEvents)
    events = await visit.use(service.ListEvents)(query, visit.actor)
    commands = await visit.use(service.ListCommands)(
        schemas.ListCommands(status="failed", limit=10), visit.actor
    )
    return visit.page(
        "payments.html",
        revenue=await revenue(visit),
        events=events.items,
        commands=commands.items,
        query=query,
        statuses=STATUSES,
        older=older(request, events.next_cursor),
    )


@router.post(f"{PAYMENTS}/events/{{event_id}}/replay")
@beside(show_payments)
async def replay(request: Request, event_id: ProviderId) -> Response:
    visit = here(request)
    await visit.use(service.ReplayEvent)(schemas.EventReference(event_id=event_id), visit.actor)
    return visit.leave(PAYMENTS, f"{event_id} is looked at once more.")
