"""An organization as its members see it: what it is, and how it goes."""

from typing import Any

from fastapi import Request, Response

from core.accounts import schemas, service
from core.accounts.closing import schemas as closing_schemas
from core.accounts.closing import service as closing
from core.billing import constants as billing_constants
from core.billing import service as billing
from core.stats import constants as stats_constants
from core.stats import service as stats
from core.storage import constants as storage_constants
from core.storage import service as storage
from entrypoints.http.console.asking import question
from entrypoints.http.console.navigation import HOME, TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here
from entrypoints.http.pages.forms import Posted

router = make_router()


@router.get(f"{HOME}/new-organization")
async def ask_for_mine(request: Request) -> Response:
    return here(request).page("organization_mine.html")


@router.post(f"{HOME}/new-organization")
@beside(ask_for_mine)
async def create_mine(request: Request) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.CreateOrganization)
    made = await visit.use(service.CreateOrganization)(command, visit.actor)
    return visit.leave(f"{HOME}/organizations/{made.id}", f"{made.name} is founded.")


@router.get(TENANT)
async def show_organization(request: Request) -> Response:
    visit = here(request)
    seen = await visit.use(service.GetOrganization)(None, visit.actor)
    return visit.page("organization.html", organization=seen, **await _numbers(visit))


async def _numbers(visit: Visit) -> dict[str, Any]:
    """Return what there is to count, as far as this role may know."""
    numbers = dict[str, Any](usage=None, billing=None, cards=[])
    if visit.actor.may(storage_constants.BUCKETS_READ):
        numbers["usage"] = await visit.use(storage.GetUsage)(None, visit.actor)
    if visit.actor.may(billing_constants.BILLING_READ):
        numbers["billing"] = await visit.use(billing.GetBilling)(None, visit.actor)
    if visit.actor.may(stats_constants.STATS_READ):
        numbers["cards"] = (await visit.use(stats.GetOverview)(None, visit.actor)).cards
    return numbers


@router.get(f"{TENANT}/change")
async def ask_for_changes(request: Request) -> Response:
    visit = here(request)
    seen = await visit.use(service.GetOrganization)(None, visit.actor)
    return visit.page("organization_change.html", organization=seen)


@router.post(f"{TENANT}/change")
@beside(ask_for_changes)
async def change_organization(request: Request) -> Response:
    """Change what was changed: what asks for two factors is left alone by whoever has shown one."""
    visit = here(request)
    before = await visit.use(service.GetOrganization)(None, visit.actor)
    required = "mfa_required" in visit.sent.values
    more = {} if required is before.mfa_required else {"mfa_required": required}
    told = {name: visit.sent.values[name] for name in ("name", "slug") if name in visit.sent.values}
    changes = Posted(told, visit.sent.unfit).command(schemas.OrganizationChanges, **more)
    version = visit.sent.values.get("version")
    command = Posted({}).command(
        schemas.UpdateOrganization, changes=changes, expected_version=version
    )
    changed = await visit.use(service.UpdateOrganization)(command, visit.actor)
    return visit.leave(visit.path(), f"{changed.name} is changed.")


async def _name(request: Request) -> str:
    there = here(request).organization
    return there.name if there else ""


@question(
    router,
    f"{TENANT}/delete",
    title="Delete this organization?",
    about="It is shut at once. After 30 days its members, files, events and keys are erased;"
    " until then it can be restored.",
    button="Delete the organization",
    back=TENANT,
    subject=_name,
)
async def delete_organization(request: Request) -> Response:
    visit = here(request)
    await visit.use(closing.DeleteOrganization)(closing_schemas.DeleteOrganization(), visit.actor)
    return visit.leave(HOME, "The organization is shut, and will be erased.")


@question(
    router,
    f"{TENANT}/leave",
    title="Leave this organization?",
    about="You see nothing of it any more until somebody invites you again.",
    button="Leave",
    back=TENANT,
    subject=_name,
)
async def leave_organization(request: Request) -> Response:
    visit = here(request)
    await visit.use(service.LeaveOrganization)(None, visit.actor)
    return visit.leave(HOME, "You left the organization.")
