"""Every organization of the installation: for its operators, who are no members of it."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response

from core.accounts import models, schemas, service
from core.accounts.closing import schemas as closing_schemas
from core.accounts.closing import service as closing
from core.billing import schemas as billing_schemas
from core.billing import service as billing
from core.models import OrganizationId, PageRequest
from core.storage import schemas as storage_schemas
from core.storage import service as storage
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import ADMIN
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

ORGANIZATIONS: Final = f"{ADMIN}/organizations"
FOUND: Final = f"{ORGANIZATIONS}/{{found_id}}"
UNLIMITED: Final = ""
DIGITS: Final = 16


@router.get(ORGANIZATIONS)
async def list_all(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListOrganizations)(asked(request, PageRequest), visit.actor)
    return visit.page("organizations.html", found=found, older=older(request, found.next_cursor))


@router.get(f"{ORGANIZATIONS}/find")
async def find(request: Request) -> Response:
    """Go to an organization by its id or its slug."""
    visit = here(request)
    wanted = request.query_params.get("q", "").strip()
    try:
        by = schemas.FindOrganization(organization_id=OrganizationId(UUID(wanted)))
    except ValueError:
        by = schemas.FindOrganization(slug=wanted)
    found = await visit.use(service.FindOrganization)(by, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{found.id}")


@router.get(f"{ORGANIZATIONS}/new")
async def ask_for_organization(request: Request) -> Response:
    return here(request).page("organization_new.html")


@router.post(f"{ORGANIZATIONS}/new")
@beside(ask_for_organization)
async def found_organization(request: Request) -> Response:
    visit = here(request)
    email = visit.sent.command(schemas.FindUser)
    owner = await visit.use(service.GetUser)(email, visit.actor)
    command = visit.sent.command(schemas.FoundOrganization, owner_id=owner.id)
    made = await visit.use(service.CreateOrganization)(command, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{made.id}", f"{made.name} is founded.")


@router.get(FOUND)
async def show_found(request: Request, found_id: OrganizationId) -> Response:
    return here(request).page("organization_found.html", found=await _found(request))


async def _found(request: Request) -> models.Organization:
    visit = here(request)
    named = {"organization_id": request.path_params["found_id"]}
    wanted = schemas.FindOrganization.model_validate(named)
    return await visit.use(service.FindOrganization)(wanted, visit.actor)


async def _name(request: Request) -> str:
    return (await _found(request)).name


@question(
    router,
    f"{FOUND}/delete",
    title="Delete this organization?",
    about="It is shut at once. After 30 days its members, files, events and keys are erased;"
    " until then it can be restored.",
    button="Delete the organization",
    back=FOUND,
    subject=_name,
)
async def delete_found(request: Request, found_id: OrganizationId) -> Response:
    visit = here(request)
    command = closing_schemas.DeleteOrganization(organization_id=found_id)
    await visit.use(closing.DeleteOrganization)(command, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{found_id}", "It is shut, and will be erased.")


@router.post(f"{FOUND}/restore")
@beside(show_found)
async def restore_found(request: Request, found_id: OrganizationId) -> Response:
    visit = here(request)
    command = closing_schemas.RestoreOrganization(organization_id=found_id)
    await visit.use(closing.RestoreOrganization)(command, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{found_id}", "It is open again.")


@router.post(f"{FOUND}/payments/sync")
@beside(show_found)
async def sync_payments(request: Request, found_id: OrganizationId) -> Response:
    visit = here(request)
    command = billing_schemas.SyncOrganization(organization_id=found_id)
    await visit.use(billing.SyncOrganization)(command, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{found_id}", "Its payments are as at the provider.")


@router.post(f"{FOUND}/quota")
@beside(show_found)
async def set_quota(request: Request, found_id: OrganizationId) -> Response:
    visit = here(request)
    told: Any = visit.sent.values.get("limit", UNLIMITED)
    limit = int(told) if told.isdecimal() and len(told) <= DIGITS else told or None
    quota = visit.sent.command(storage_schemas.Quota, limit=limit)
    command = storage_schemas.SetQuota(organization_id=found_id, quota=quota)
    await visit.use(storage.SetQuota)(command, visit.actor)
    return visit.leave(f"{ORGANIZATIONS}/{found_id}", "It may hold as much from now on.")
