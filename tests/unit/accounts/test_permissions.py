"""Who may do what: asked of every use case that is not for everybody."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from core.accounts import constants, schemas, service
from core.accounts.api_keys import schemas as api_keys_schemas
from core.accounts.api_keys import service as api_keys_service
from core.accounts.mfa import schemas as mfa_schemas
from core.accounts.mfa import service as mfa_service
from core.accounts.roles import schemas as roles_schemas
from core.accounts.roles import service as roles_service
from core.exceptions import AuthenticationRequired, NotFound, PermissionDenied
from core.jobs import schemas as jobs_schemas
from core.jobs import service as jobs_service
from core.models import Actor, PageRequest, Permission
from core.service import UseCase
from tests import factories
from tests.unit.accounts.world import World

SOME: Any = uuid4()
"""The id of something that is not there."""

PERSON = schemas.UserReference(user_id=SOME)
ROLE = roles_schemas.RoleReference(key="helper")
INVITATION = schemas.InvitationReference(invitation_id=SOME)

IN_AN_ORGANIZATION: list[tuple[type[UseCase], Any, Permission]] = [
    (service.GetOrganization, None, constants.ORGANIZATION_READ),
    (
        service.UpdateOrganization,
        schemas.UpdateOrganization(changes=schemas.OrganizationChanges(name="New")),
        constants.ORGANIZATION_WRITE,
    ),
    (service.TransferOwnership, PERSON, constants.ORGANIZATION_TRANSFER),
    (service.ListMembers, PageRequest(), constants.MEMBERS_READ),
    (
        service.ChangeMemberRole,
        schemas.ChangeMemberRole(user_id=SOME, role="viewer"),
        constants.MEMBERS_WRITE,
    ),
    (service.RemoveMember, PERSON, constants.MEMBERS_WRITE),
    (service.ListInvitations, PageRequest(), constants.INVITATIONS_READ),
    (
        service.InviteMember,
        schemas.InviteMember(email="bob@example.com", role="viewer"),
        constants.INVITATIONS_WRITE,
    ),
    (service.ResendInvitation, INVITATION, constants.INVITATIONS_WRITE),
    (service.RevokeInvitation, INVITATION, constants.INVITATIONS_WRITE),
    (service.ListAuditEvents, schemas.ListAuditEvents(), constants.AUDIT_READ),
    (roles_service.ListRoles, None, constants.ROLES_READ),
    (roles_service.GetRole, ROLE, constants.ROLES_READ),
    (
        roles_service.CreateRole,
        roles_schemas.CreateRole(key="helper", name="Helper", permissions=()),
        constants.ROLES_WRITE,
    ),
    (
        roles_service.UpdateRole,
        roles_schemas.UpdateRole(key="helper", changes=roles_schemas.RoleChanges(name="New")),
        constants.ROLES_WRITE,
    ),
    (roles_service.DeleteRole, ROLE, constants.ROLES_WRITE),
    (
        api_keys_service.CreateApiKey,
        api_keys_schemas.CreateApiKey(name="deploy", scopes=("members:read",)),
        constants.API_KEYS_WRITE,
    ),
    (
        api_keys_service.Introspect,
        api_keys_schemas.Introspect(token=SecretStr("x")),
        constants.AUTH_INTROSPECT,
    ),
]

FOR_OPERATORS: list[tuple[type[UseCase], Any]] = [
    (service.CreateUser, schemas.CreateUser(email="bob@example.com")),
    (service.SetUserStatus, schemas.UserStanding(user_id=SOME, status="suspended")),
    (
        service.GrantPlatformRole,
        schemas.GrantPlatformRole(user_id=SOME, platform_role="operator"),
    ),
    (service.RevokeUserSessions, PERSON),
    (service.SendPasswordLink, PERSON),
    (mfa_service.ResetUserMfa, PERSON),
    (service.EndSession, schemas.RevokeSession(session_id=SOME)),
    (service.CreateOrganization, schemas.FoundOrganization(name="A", owner_id=SOME)),
    (service.RotateSigningKeys, schemas.RotateSigningKeys(force=True)),
    (service.ListSigningKeys, None),
    (service.PurgeExpired, schemas.PurgeExpired()),
    (jobs_service.RetryJob, jobs_schemas.RetryJob(job_id=1)),
    (jobs_service.CancelJob, jobs_schemas.CancelJob(job_id=1)),
]

FOR_SUPPORTERS_TOO: list[tuple[type[UseCase], Any]] = [
    (service.GetUser, schemas.FindUser(user_id=SOME)),
    (service.ListUsers, schemas.ListUsers()),
    (service.FindOrganization, schemas.FindOrganization(organization_id=SOME)),
    (service.ListOrganizations, PageRequest()),
    (jobs_service.ListJobs, jobs_schemas.ListJobs()),
    (jobs_service.GetJob, jobs_schemas.JobReference(job_id=1)),
]

FOR_PEOPLE: list[tuple[type[UseCase], Any]] = [
    (service.CreateOrganization, schemas.CreateOrganization(name="A")),
    (service.LeaveOrganization, None),
    (service.ListMyInvitations, None),
    (mfa_service.GetMfaStatus, None),
    (mfa_service.ConfirmTotp, mfa_schemas.ConfirmTotp(code=SecretStr("123456"))),
    (mfa_service.EnrollTotp, None),
    (service.ListMyOrganizations, PageRequest()),
    (service.ListSessions, None),
    (service.RevokeOtherSessions, None),
    (service.RevokeSession, schemas.RevokeSession(session_id=SOME)),
    (service.UpdateMe, schemas.UpdateMe(locale="de")),
]


def name(case: object) -> str:
    return case.__name__ if isinstance(case, type) else ""


async def call(world: World, use_case: type[UseCase], command: object, actor: Actor) -> object:
    ask: Any = world.use(use_case)
    return await ask(command, actor)


@pytest.mark.parametrize(("use_case", "command", "permission"), IN_AN_ORGANIZATION, ids=name)
async def test_each_role_may_do_what_the_registry_says(
    world: World, use_case: type[UseCase], command: object, permission: Permission
) -> None:
    for role in constants.SYSTEM_ROLES:
        organization, _ = await world.founded()
        actor = await world.member(organization, role)
        denied = False
        try:
            await call(world, use_case, command, actor)
        except PermissionDenied:
            denied = True
        except NotFound:
            pass

        assert denied is (role not in permission.roles), role


@pytest.mark.parametrize(("use_case", "command", "permission"), IN_AN_ORGANIZATION, ids=name)
async def test_outside_an_organization_there_is_nothing_to_do_in_it(
    world: World, use_case: type[UseCase], command: object, permission: Permission
) -> None:
    everything = frozenset({permission.name})
    actor = factories.anonymous(kind="user", user_id=SOME, permissions=everything)

    with pytest.raises(NotFound):
        await call(world, use_case, command, actor)


@pytest.mark.parametrize(("use_case", "command"), FOR_OPERATORS, ids=name)
async def test_what_is_for_operators_is_for_nobody_else(
    world: World, use_case: type[UseCase], command: object
) -> None:
    organization, owner = await world.founded()
    for actor in (factories.anonymous(), owner, await world.operator("support")):
        with pytest.raises(PermissionDenied):
            await call(world, use_case, command, actor)
    try:
        await call(world, use_case, command, await world.operator())
    except NotFound:
        assert organization.version == 1  # it got as far as looking


@pytest.mark.parametrize(("use_case", "command"), FOR_SUPPORTERS_TOO, ids=name)
async def test_supporters_look_but_nobody_else_does(
    world: World, use_case: type[UseCase], command: object
) -> None:
    _, owner = await world.founded()
    for actor in (factories.anonymous(), owner):
        with pytest.raises(PermissionDenied):
            await call(world, use_case, command, actor)
    for role in ("support", "operator"):
        try:
            await call(world, use_case, command, await world.operator(role))
        except NotFound:
            continue


@pytest.mark.parametrize(("use_case", "command"), FOR_PEOPLE, ids=name)
async def test_whoever_is_not_signed_in_is_asked_to(
    world: World, use_case: type[UseCase], command: object
) -> None:
    with pytest.raises(AuthenticationRequired):
        await call(world, use_case, command, factories.anonymous())
