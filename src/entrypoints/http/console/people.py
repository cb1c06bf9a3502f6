"""Everybody with an account: for operators of the installation."""

from typing import Final

from fastapi import Request, Response

from core.accounts import schemas, service
from core.accounts.mfa import service as mfa_service
from core.accounts.privacy import service as privacy
from core.models import SessionId, UserId
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import ADMIN
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

PEOPLE: Final = f"{ADMIN}/users"
PERSON: Final = f"{PEOPLE}/{{user_id}}"
ROLES: Final = ("none", "support", "operator")


@router.get(PEOPLE)
async def list_people(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListUsers)
    found = await visit.use(service.ListUsers)(query, visit.actor)
    return visit.page("people.html", found=found, older=older(request, found.next_cursor))


@router.get(f"{PEOPLE}/new")
async def ask_for_person(request: Request) -> Response:
    return here(request).page("person_new.html", roles=ROLES)


@router.post(f"{PEOPLE}/new")
@beside(ask_for_person)
async def add_person(request: Request) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.CreateUser)
    made = await visit.use(service.CreateUser)(command, visit.actor)
    said = f"{made.user.email} has an account, and a mail with a link to choose a password."
    return visit.leave(f"{PEOPLE}/{made.user.id}", said)


@router.get(PERSON)
async def show_person(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    person = await visit.use(service.GetUser)(schemas.FindUser(user_id=user_id), visit.actor)
    sessions = await visit.use(service.ListUserSessions)(
        schemas.UserReference(user_id=user_id), visit.actor
    )
    return visit.page("person.html", person=person, sessions=sessions.items, roles=ROLES)


async def _email(request: Request) -> str:
    visit = here(request)
    wanted = schemas.FindUser(user_id=UserId(_reference(request).user_id))
    return (await visit.use(service.GetUser)(wanted, visit.actor)).email


def _reference(request: Request) -> schemas.UserReference:
    return schemas.UserReference.model_validate({"user_id": request.path_params["user_id"]})


@question(
    router,
    f"{PERSON}/suspend",
    title="Suspend this account?",
    about="All its sessions end at once, and it can't sign in until it is activated again.",
    button="Suspend",
    back=PERSON,
    subject=_email,
)
async def suspend(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserStanding(user_id=user_id, status="suspended")
    person = await visit.use(service.SetUserStatus)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", f"{person.email} is suspended.")


@router.post(f"{PERSON}/activate")
@beside(show_person)
async def activate(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserStanding(user_id=user_id, status="active")
    person = await visit.use(service.SetUserStatus)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", f"{person.email} may sign in again.")


@router.post(f"{PERSON}/password-link")
@beside(show_person)
async def send_password_link(request: Request, user_id: UserId) -> Response:
    """Mail the link; whoever asks for it does not see it (ASVS 6.4.6)."""
    visit = here(request)
    command = schemas.UserReference(user_id=user_id)
    sent = await visit.use(service.SendPasswordLink)(command, visit.actor)
    said = f"A link to choose a password is on its way to {sent.user.email}."
    return visit.leave(f"{PEOPLE}/{user_id}", said)


@router.post(f"{PERSON}/platform-role")
@beside(show_person)
async def grant_role(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.GrantPlatformRole, user_id=user_id)
    person = await visit.use(service.GrantPlatformRole)(command, visit.actor)
    said = f"{person.email} has the role {person.platform_role} in this installation."
    return visit.leave(f"{PEOPLE}/{user_id}", said)


@question(
    router,
    f"{PERSON}/sessions/revoke",
    title="Sign this account out everywhere?",
    about="All its sessions end at once. It can sign in again.",
    button="Sign out everywhere",
    back=PERSON,
    subject=_email,
)
async def revoke_sessions(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserReference(user_id=user_id)
    ended = await visit.use(service.RevokeUserSessions)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", f"Sessions that ended: {ended}.")


@question(
    router,
    f"{PERSON}/sessions/{{session_id}}/end",
    title="End this session?",
    about="Whoever uses it has to sign in again.",
    button="End the session",
    back=PERSON,
    subject=_email,
)
async def end_session(request: Request, user_id: UserId, session_id: SessionId) -> Response:
    visit = here(request)
    await visit.use(service.EndSession)(schemas.RevokeSession(session_id=session_id), visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", "The session has ended.")


@question(
    router,
    f"{PERSON}/second-factor/reset",
    title="Take the second factor away?",
    about="The authenticator app and all recovery codes stop counting, and all sessions end.",
    button="Take it away",
    back=PERSON,
    subject=_email,
)
async def reset_second_factor(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserReference(user_id=user_id)
    await visit.use(mfa_service.ResetUserMfa)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", "The second factor is gone.")


@question(
    router,
    f"{PERSON}/delete",
    title="Delete this account?",
    about="It is shut at once, and erased after 30 days; until then it can be restored.",
    button="Delete the account",
    back=PERSON,
    subject=_email,
)
async def delete_person(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserReference(user_id=user_id)
    await visit.use(privacy.DeleteUser)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", "The account is shut, and will be erased.")


@router.post(f"{PERSON}/restore")
@beside(show_person)
async def restore_person(request: Request, user_id: UserId) -> Response:
    visit = here(request)
    command = schemas.UserReference(user_id=user_id)
    person = await visit.use(privacy.RestoreUser)(command, visit.actor)
    return visit.leave(f"{PEOPLE}/{user_id}", f"{person.email} is restored.")
