"""StartImpersonation, StopImpersonation, and what whoever acts as somebody can't do."""

from datetime import timedelta
from typing import Any, override
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from containers.duties import USE_CASES
from core.accounts import constants, exceptions, models, policies
from core.accounts import schemas as accounts
from core.accounts import service as accounts_service
from core.accounts.impersonation import schemas, service
from core.accounts.impersonation.exceptions import ImpersonationRefused
from core.accounts.privacy import schemas as privacy
from core.accounts.privacy import service as privacy_service
from core.exceptions import (
    AuthenticationRequired,
    ImpersonationReadOnly,
    PermissionDenied,
    SecondFactorRequired,
)
from core.models import Actor, UserId
from core.service import Collaborator, UseCase
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import OPERATOR, World

HOUR = timedelta(hours=1)


async def at_work(world: World) -> Actor:
    """Return an operator who came with two factors a moment ago."""
    operator = await world.operator()
    return operator.model_copy(update={"authenticated_at": world.clock.now()})


async def start(
    world: World, user: models.User | Actor, by: Actor, **fields: Any
) -> accounts.TokenPair:
    user_id = user.require_user() if isinstance(user, Actor) else user.id
    command = schemas.StartImpersonation.model_validate(
        {"user_id": user_id, "reason": "Ticket 42"} | fields
    )
    return await world.use(service.StartImpersonation)(command, by)


async def stop(world: World, user: models.User, by: Actor) -> None:
    await world.use(service.StopImpersonation)(accounts.UserReference(user_id=user.id), by)


# --- Starting and stopping ------------------------------------------------------------------------


async def test_an_operator_acts_as_somebody_who_is_told(world: World) -> None:
    ada, operator = await world.user(locale="de"), await at_work(world)
    world.forget()

    pair = await start(world, ada, operator)

    actor = await world.actor(pair)
    assert (actor.user_id, actor.impersonator_id, actor.read_only) == (
        ada.id,
        operator.user_id,
        True,
    )
    assert not actor.strong
    assert pair.user.id == ada.id
    assert pair.device_token is None
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/impersonated")
    assert (letter.locale, letter.variables["reason"]) == ("de", "Ticket 42")
    assert world.published == []
    row = world.audited[-1]
    assert (row.action, row.actor_id, row.target_id) == (
        "impersonation.started",
        operator.user_id,
        ada.id,
    )
    assert row.metadata == {
        "session_id": str(pair.session_id),
        "reason": "Ticket 42",
        "read_only": True,
    }


async def test_its_token_says_who_acts_and_that_nobody_proved_to_be_them(world: World) -> None:
    ada, operator = await world.user(), await at_work(world)

    pair = await start(world, ada, operator)

    claims = jwt.decode(pair.access_token, options={"verify_signature": False})
    assert (claims["sub"], claims["act"]) == (str(ada.id), {"sub": str(operator.user_id)})
    assert claims["amr"] == ["impersonation"]


async def test_it_ends_after_an_hour_however_busy(world: World) -> None:
    began, operator = world.clock.now(), await at_work(world)
    pair = await start(world, await world.user(), operator)
    assert pair.refresh_expires_at == began + HOUR
    for _ in range(5):
        world.clock.forward(minutes=11)
        pair = await world.refresh(pair)
        assert pair.refresh_expires_at == began + HOUR
        assert (await world.actor(pair)).read_only
    assert pair.expires_in == 300
    world.clock.forward(minutes=5)

    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


async def test_somebody_with_a_second_factor_can_be_helped_too(world: World) -> None:
    ada = await world.user(mfa_enabled=True)

    pair = await start(world, ada, await at_work(world))

    assert (await world.actor(pair)).user_id == ada.id


async def test_they_see_it_among_their_sessions_and_can_end_it(world: World) -> None:
    ada = await world.user()
    pair = await start(world, ada, await at_work(world))
    actor = await world.signed_in(ada)

    page = await world.use(accounts_service.ListSessions)(None, actor)

    assert [(one.id, one.impersonated) for one in page.items] == [
        (actor.session_id, False),
        (pair.session_id, True),
    ]
    end = accounts.RevokeSession(session_id=pair.session_id)
    await world.use(accounts_service.RevokeSession)(end, actor)
    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(pair)


@pytest.mark.parametrize("by", ["access token", "refresh token"])
@pytest.mark.parametrize("read_only", [True, False])
async def test_logging_out_of_it_is_written_down_as_what_it_is(
    world: World, by: str, *, read_only: bool
) -> None:
    pair = await start(world, await world.user(), await at_work(world), read_only=read_only)
    actor, token = await world.actor(pair), None
    if by == "refresh token":
        actor, token = factories.anonymous(), pair.refresh_token
    world.forget()

    command = accounts.LogOut.model_validate({"refresh_token": token})
    await world.use(accounts_service.LogOut)(command, actor)

    assert [(row.action, row.target_id) for row in world.audited] == [
        ("impersonation.stopped", pair.session_id)
    ]
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


async def test_an_operator_ends_their_own_and_no_others(world: World) -> None:
    ada, first, second = await world.user(), await at_work(world), await at_work(world)
    own = [await start(world, ada, first) for _ in range(2)]
    theirs, foreign = await start(world, ada, second), await world.log_in(ada)
    world.forget()

    await stop(world, ada, first)
    await stop(world, ada, first)

    assert world.actions == ["impersonation.stopped"] * 2
    assert {row.target_id for row in world.audited} == {one.session_id for one in own}
    assert (await world.actor(theirs)).impersonator_id == second.user_id
    assert (await world.actor(foreign)).impersonator_id is None


async def test_an_operator_who_is_none_any_more_acts_as_nobody(world: World) -> None:
    ada, operator = await world.user(), await at_work(world)
    pair, own = (
        await start(world, ada, operator),
        await world.signed_in(await world.found(operator)),
    )
    demote = accounts.GrantPlatformRole(user_id=operator.require_user(), platform_role="support")

    await world.use(accounts_service.GrantPlatformRole)(demote, OPERATOR)

    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(pair)
    assert await world.container.sessions().active(own.require_user(), world.clock.now()) == []


@pytest.mark.parametrize("end", ["suspended", "deleted", "signed out"])
async def test_an_operator_who_is_kept_out_acts_as_nobody(world: World, end: str) -> None:
    ada, operator = await world.user(), await at_work(world)
    pair = await start(world, ada, operator)
    who = accounts.UserReference(user_id=operator.require_user())

    if end == "suspended":
        standing = accounts.UserStanding(user_id=who.user_id, status="suspended")
        await world.use(accounts_service.SetUserStatus)(standing, OPERATOR)
    elif end == "deleted":
        await world.use(privacy_service.DeleteUser)(who, OPERATOR)
    else:
        await world.use(accounts_service.RevokeUserSessions)(who, OPERATOR)

    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(pair)
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


# --- Who may, and as whom -------------------------------------------------------------------------


async def test_it_takes_an_operator_with_two_factors_of_a_moment_ago(world: World) -> None:
    ada, operator = await world.user(), await at_work(world)
    refused: dict[type[Exception], dict[str, Any]] = {
        exceptions.ReauthenticationRequired: {
            "authenticated_at": world.clock.now() - timedelta(minutes=11)
        },
        SecondFactorRequired: {"strong": False},
        PermissionDenied: {"platform_role": "support"},
    }
    world.forget()

    for error, changes in refused.items():
        with pytest.raises(error):
            await start(world, ada, operator.model_copy(update=changes))
    for field in ("impersonator_id", "scope_organization_id"):
        with pytest.raises(PermissionDenied):
            await start(world, ada, operator.model_copy(update={field: factories.new_id()}))
        with pytest.raises(PermissionDenied):
            await stop(world, ada, operator.model_copy(update={field: factories.new_id()}))
    for nobody in (factories.anonymous(), await world.signed_in(ada)):
        with pytest.raises(PermissionDenied):
            await stop(world, ada, nobody)
    assert "impersonation.started" not in world.actions
    assert world.letters == []


async def test_at_a_terminal_an_operator_is_named(world: World) -> None:
    ada, operator = await world.user(), await at_work(world)
    named = OPERATOR.model_copy(update={"user_id": operator.user_id})

    pair = await start(world, ada, named)

    assert (await world.actor(pair)).impersonator_id == operator.user_id
    with pytest.raises(AuthenticationRequired):
        await start(world, ada, OPERATOR)
    for other in (await world.user(), await world.user(platform_role="support")):
        with pytest.raises(ImpersonationRefused):
            await start(world, ada, OPERATOR.model_copy(update={"user_id": other.id}))


async def test_nobody_acts_as_an_operator_a_supporter_oneself_or_who_is_shut_out(
    world: World,
) -> None:
    operator = await at_work(world)
    world.forget()
    later = world.clock.now() + HOUR
    for user in (
        operator,
        await world.operator(),
        await world.operator("support"),
        await world.user(status="suspended"),
        await world.user(status="pending_deletion", deletes_at=later),
        await world.user(email_verified_at=None),
    ):
        with pytest.raises(ImpersonationRefused):
            await start(world, user, operator)
    with pytest.raises(exceptions.UserNotFound):
        await start(world, factories.user(id=uuid4()), operator)
    assert (world.audited, world.letters) == ([], [])


async def test_it_takes_a_reason(world: World) -> None:
    for reason in ("", "   ", "two\nlines", "x" * 201):
        with pytest.raises(ValueError, match="reason"):
            await start(world, await world.user(), await at_work(world), reason=reason)


# --- What they can't do ---------------------------------------------------------------------------


async def acting(world: World, user: models.User, **fields: Any) -> Actor:
    return await world.actor(await start(world, user, await at_work(world), **fields))


SENSITIVE: list[tuple[type[UseCase], Any]] = [
    (
        accounts_service.ChangePassword,
        accounts.ChangePassword(
            current_password=SecretStr(PASSWORD), new_password=SecretStr("a whole new sentence")
        ),
    ),
    (accounts_service.Reauthenticate, accounts.Reauthenticate(password=SecretStr(PASSWORD))),
    (
        accounts_service.RequestEmailChange,
        accounts.RequestEmailChange(new_email="eve@example.com", password=SecretStr(PASSWORD)),
    ),
    (privacy_service.RequestExport, None),
    (privacy_service.GetExport, privacy.GetExport.model_validate({"export_id": uuid4()})),
    (
        privacy_service.RequestAccountDeletion,
        privacy.RequestAccountDeletion(password=SecretStr(PASSWORD)),
    ),
]


@pytest.mark.parametrize(
    ("use_case", "command"),
    SENSITIVE,
    ids=lambda one: type(one).__name__ if not isinstance(one, type) else one.__name__,
)
async def test_what_decides_over_the_account_is_refused_even_with_the_password(
    world: World, use_case: type[UseCase], command: object
) -> None:
    ada = await world.user()
    actor = await acting(world, ada, read_only=False)
    before = await world.found(ada)
    ask: Any = world.use(use_case)

    with pytest.raises(PermissionDenied):
        await ask(command, actor)

    assert await world.found(ada) == before


async def test_what_takes_a_fresh_proof_is_refused(world: World) -> None:
    organization, owner = await world.founded()
    heir = await world.member(organization)
    actor = await acting(world, await world.found(owner), read_only=False)
    inside = actor.model_copy(
        update={
            "organization_id": organization.id,
            "permissions": policies.permissions_of("owner", constants.PERMISSIONS),
        }
    )
    hand_over = accounts.UserReference(user_id=heir.require_user())

    with pytest.raises(PermissionDenied, match="not you in their place"):
        await world.use(accounts_service.TransferOwnership)(hand_over, inside)


async def test_what_they_do_is_written_down_as_done_by_them(world: World) -> None:
    organization, owner = await world.founded()
    operator = await at_work(world)
    pair = await start(world, owner, operator, read_only=False)
    credentials = accounts.Credentials(
        access_token=pair.access_token, organization_id=organization.id
    )
    authenticate = world.use(accounts_service.Authenticate)
    actor = (await authenticate(credentials, factories.anonymous())).actor
    invite = accounts.InviteMember(email="bob@example.com", role="viewer")
    await world.use(accounts_service.InviteMember)(invite, actor)

    events = await world.use(accounts_service.ListAuditEvents)(
        accounts.ListAuditEvents(action="invitation.created"), actor
    )

    [row] = events.items
    assert (row.actor_id, row.impersonator_id) == (owner.user_id, operator.user_id)


def changes(part: type[Any]) -> bool:
    kinds = part.ports()
    return "transaction" in kinds or any(
        isinstance(kind, type) and issubclass(kind, Collaborator) and changes(kind)
        for kind in kinds.values()
    )


WRITING = [
    use_case
    for module in USE_CASES
    for name in module.__all__
    if changes(use_case := getattr(module, name)) and name != "LogOut"
]


@pytest.mark.parametrize("use_case", WRITING, ids=lambda one: one.__name__)
async def test_whoever_only_looks_is_refused_by_the_core_whatever_they_ask(
    world: World, use_case: type[UseCase]
) -> None:
    """Not even the command is looked at: no entrypoint gets around it, and no use case."""
    actor = await acting(world, await world.user())
    ask: Any = world.use(use_case)
    world.forget()

    for one in (actor, OPERATOR.model_copy(update={"read_only": True})):
        with pytest.raises(ImpersonationReadOnly):
            await ask(None, one)

    assert (world.audited, world.jobs) == ([], [])


def test_most_use_cases_write() -> None:
    names = {use_case.__name__ for use_case in WRITING}

    assert len(names) > 40
    assert names >= {"UpdateMe", "InviteMember", "RequestAccountDeletion", "StartImpersonation"}


async def test_a_traced_use_case_refuses_and_admits_the_same(world: World) -> None:
    """Tracing makes a class of each; those who only look still get out."""

    class Traced(accounts_service.LogOut):
        @override
        async def __call__(self, command: accounts.LogOut, actor: Actor) -> None:
            await super().__call__(command, actor)

    ada = await world.user()
    actor = await acting(world, ada)
    ports = {name: getattr(world.container, name)() for name in Traced.ports()}

    await Traced(**ports)(accounts.LogOut(), actor)

    active = await world.container.sessions().active(UserId(ada.id), world.clock.now())
    assert active == []
