"""What somebody sees of themselves: their second factor and where they are signed in."""

from typing import Final

from fastapi import Request, Response

from core.accounts import schemas, service
from core.accounts.mfa import schemas as mfa_schemas
from core.accounts.mfa import service as mfa_service
from core.models import SessionId
from entrypoints.http.console import cookies, visits
from entrypoints.http.console.asking import question
from entrypoints.http.console.failing import PROVE
from entrypoints.http.console.navigation import HOME
from entrypoints.http.console.routing import SteadyRoute, beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.signing_in import CODE, wanted
from entrypoints.http.console.visits import Visit, here

router = make_router()
proving = make_router(SteadyRoute)

ACCOUNT: Final = f"{HOME}/account"


@router.get(ACCOUNT)
async def show_account(request: Request) -> Response:
    visit = here(request)
    status = await visit.use(mfa_service.GetMfaStatus)(None, visit.actor)
    sessions = await visit.use(service.ListSessions)(None, visit.actor)
    return visit.page("account.html", mfa=status, sessions=sessions.items)


@router.get(f"{ACCOUNT}/second-factor")
async def show_second_factor(request: Request) -> Response:
    return here(request).page("enrol.html", enrolment=None)


@router.post(f"{ACCOUNT}/second-factor")
@beside(show_second_factor)
async def begin_second_factor(request: Request) -> Response:
    """Show the secret as the answer to a form: it is in no address, and shown this once."""
    visit = here(request)
    enrolment = await visit.use(mfa_service.EnrollTotp)(None, visit.actor)
    return visit.page("enrol.html", enrolment=enrolment)


@router.get(f"{ACCOUNT}/second-factor/code")
async def ask_for_code(request: Request) -> Response:
    return here(request).page("enrol_code.html")


@router.post(f"{ACCOUNT}/second-factor/code")
@beside(ask_for_code)
async def confirm_second_factor(request: Request) -> Response:
    visit = here(request)
    command = visit.sent.command(mfa_schemas.ConfirmTotp)
    shown = await visit.use(mfa_service.ConfirmTotp)(command, visit.actor)
    return visit.page("recovery_codes.html", codes=shown.recovery_codes)


@question(
    router,
    f"{ACCOUNT}/sessions/{{session_id}}/end",
    title="End this session?",
    about="Whoever uses it has to sign in again.",
    button="End the session",
    back=ACCOUNT,
)
async def end_my_session(request: Request, session_id: SessionId) -> Response:
    visit = here(request)
    command = schemas.RevokeSession(session_id=session_id)
    await visit.use(service.RevokeSession)(command, visit.actor)
    return visit.leave(ACCOUNT, "The session has ended.")


@proving.get(PROVE)
async def ask_for_proof(request: Request) -> Response:
    visit = here(request)
    onward = visit.sent.values.get("next") or request.query_params.get("next")
    return visit.page("prove.html", next=wanted(onward))


@proving.post(PROVE)
@beside(ask_for_proof)
async def prove(request: Request) -> Response:
    """Take the password or a code once more, for the next ten minutes of what is sensitive."""
    visit = here(request)
    fresh = await _proven(visit)
    kept = cookies.tokens(request)
    if kept is not None:
        current: cookies.Tokens = getattr(request.state, "renewed", kept)
        visits.renew(request, current._replace(access=fresh.access_token))
    return visit.leave(wanted(visit.sent.values.get("next")))


async def _proven(visit: Visit) -> schemas.AccessToken:
    if visit.user.mfa_enabled or CODE.fullmatch(visit.sent.values.get("code", "")):
        command = visit.sent.command(mfa_schemas.ReauthenticateByCode)
        return await visit.use(mfa_service.ReauthenticateByCode)(command, visit.actor)
    by_password = visit.sent.command(schemas.Reauthenticate)
    return await visit.use(service.Reauthenticate)(by_password, visit.actor)
