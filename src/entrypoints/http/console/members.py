"""Who belongs to an organization, who is invited, and what roles there are."""

from typing import Final

from fastapi import Request, Response

from core.accounts import constants, schemas, service
from core.accounts.models import InvitationId
from core.accounts.roles import schemas as roles_schemas
from core.accounts.roles import service as roles
from core.models import PageRequest, UserId
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here

router = make_router()

MEMBERS: Final = f"{TENANT}/members"
INVITATIONS: Final = f"{TENANT}/invitations"
ROLES: Final = f"{TENANT}/roles"


@router.get(MEMBERS)
async def list_members(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListMembers)(asked(request, PageRequest), visit.actor)
    return visit.page(
        "members.html",
        found=found,
        older=older(request, found.next_cursor),
        roles=await _role_keys(visit),
    )


async def _role_keys(visit: Visit) -> list[str]:
    """Return what may be chosen; the built-in ones where this role may not see the others."""
    if not visit.actor.may(constants.ROLES_READ):
        return list(constants.SYSTEM_ROLES)
    return [one.key for one in (await visit.use(roles.ListRoles)(None, visit.actor)).items]


@router.post(f"{MEMBERS}/{{user_id}}/role")
@beside(list_members)
async def change_role(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.ChangeMemberRole, user_id=user_id)
    changed = await visit.use(service.ChangeMemberRole)(command, visit.actor)
    return visit.leave(visit.path("/members"), f"The role is {changed.role} from now on.")


@question(
    router,
    f"{MEMBERS}/{{user_id}}/remove",
    title="Remove this member?",
    about="They see nothing of the organization any more, and their API keys stop working.",
    button="Remove",
    back=MEMBERS,
)
async def remove_member(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    await visit.use(service.RemoveMember)(schemas.UserReference(user_id=user_id), visit.actor)
    return visit.leave(visit.path("/members"), "They are no member any more.")


@router.get(INVITATIONS)
async def list_invitations(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListInvitations)(asked(request, PageRequest), visit.actor)
    return visit.page(
        "invitations.html",
        found=found,
        older=older(request, found.next_cursor),
        roles=await _role_keys(visit),
    )


@router.post(INVITATIONS)
@beside(list_invitations)
async def invite(request: Request) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.InviteMember)
    invited = await visit.use(service.InviteMember)(command, visit.actor)
    return visit.leave(visit.path("/invitations"), f"{invited.email} is invited.")


@router.post(f"{INVITATIONS}/{{invitation_id}}/resend")
@beside(list_invitations)
async def resend(request: Request, invitation_id: InvitationId) -> Response:
    visit = here(request)
    command = schemas.InvitationReference(invitation_id=invitation_id)
    sent = await visit.use(service.ResendInvitation)(command, visit.actor)
    return visit.leave(visit.path("/invitations"), f"{sent.email} gets another mail.")


@question(
    router,
    f"{INVITATIONS}/{{invitation_id}}/revoke",
    title="Revoke this invitation?",
    about="The link in its mail stops working.",
    button="Revoke",
    back=INVITATIONS,
)
async def revoke(request: Request, invitation_id: InvitationId) -> Response:
    visit = here(request)
    command = schemas.InvitationReference(invitation_id=invitation_id)
    await visit.use(service.RevokeInvitation)(command, visit.actor)
    return visit.leave(visit.path("/invitations"), "The invitation is revoked.")


@router.get(ROLES)
async def list_roles(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(roles.ListRoles)(None, visit.actor)
    return visit.page("roles.html", roles=found.items)


@router.get(f"{ROLES}/{{role_key}}")
async def show_role(request: Request, role_key: str) -> Response:
    visit = here(request)
    wanted = visit.sent.command(roles_schemas.RoleReference, key=role_key)
    role = await visit.use(roles.GetRole)(wanted, visit.actor)
    known = await visit.use(roles.ListPermissions)(None, visit.actor)
    return visit.page("role.html", role=role, known=known.items)
