"""What an endpoint may ask for: a use case, and who is asking."""

from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Request
from pydantic import SecretStr

from bootstrap import Application
from core.accounts import exceptions as accounts
from core.accounts import schemas, service
from core.accounts.api_keys import schemas as api_keys
from core.accounts.api_keys import service as api_keys_service
from core.accounts.api_keys.constants import PREFIX as API_KEY
from core.accounts.models import Principal
from core.exceptions import AuthenticationRequired, CoreError, Forbidden, NotFound
from core.models import Actor, OrganizationId
from core.service import UseCase
from entrypoints.http.injection import Given
from entrypoints.http.telemetry import note

if TYPE_CHECKING:
    type Use[U: UseCase] = Annotated[U, "the use case, wired"]
else:

    class Use:
        """`register: Use[service.RegisterUser]` hands the endpoint the use case, wired."""

        def __class_getitem__(cls, use_case: type[UseCase]) -> Any:
            find = Given(lambda request: application(request).use(use_case), use_case=use_case)
            return Annotated[use_case, find]


USER_AGENT_LENGTH: Final = 300


def application(request: Request) -> Application:
    wired: Application = request.app.state.application
    return wired


def origin(request: Request) -> Actor:
    """Describe where a request comes from, before anybody knows who is asking."""
    agent = request.headers.get("user-agent", "")
    return Actor(
        kind="anonymous",
        ip=_address(request.client.host) if request.client else None,
        user_agent="".join(filter(str.isprintable, agent))[:USER_AGENT_LENGTH] or None,
        request_id=request.scope.get("state", {}).get("request_id"),
    )


@lru_cache(maxsize=1024)
def _address(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


async def authenticate(request: Request) -> Principal:
    """Find out who is asking, in the organization that the path names; once a request."""
    known: Principal | None = getattr(request.state, "principal", None)
    if known is None:
        known = request.state.principal = await _admitted(request, organization_of(request))
        note(request.scope, **who(known.actor))
    return known


async def asking_in(
    request: Request, actor: Actor, organization_id: OrganizationId | None
) -> Actor:
    """Return who is asking, in the organization that the body names where the path names none."""
    if organization_id in {None, actor.organization_id}:
        return actor
    return (await _proven(request, organization_id)).actor


async def _admitted(request: Request, organization_id: OrganizationId | None) -> Principal:
    """Find out who is asking; the log tells who was not let into an organization."""
    try:
        return await _proven(request, organization_id)
    except (Forbidden, NotFound):
        with suppress(CoreError):
            note(request.scope, **who((await _proven(request, None)).actor))
        raise


async def _proven(request: Request, organization_id: OrganizationId | None) -> Principal:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationRequired
    use, token = application(request).use, token.strip()
    if token.startswith(API_KEY):
        key = api_keys.KeyCredentials(api_key=SecretStr(token), organization_id=organization_id)
        return await use(api_keys_service.AuthenticateApiKey)(key, origin(request))
    credentials = schemas.Credentials(access_token=token, organization_id=organization_id)
    return await use(service.Authenticate)(credentials, origin(request))


def who(actor: Actor) -> dict[str, UUID | None]:
    """Return what the log tells of who is asking."""
    names = ("user_id", "impersonator_id", "session_id", "api_key_id", "organization_id")
    return {name: getattr(actor, name) for name in names}


def organization_of(request: Request) -> OrganizationId | None:
    """Return the organization that the path names, if it names one."""
    named = request.path_params.get("organization_id")
    try:
        return OrganizationId(UUID(named)) if named is not None else None
    except ValueError:
        raise accounts.OrganizationNotFound from None


def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Origin = Annotated[Actor, Given(origin)]
CurrentPrincipal = Annotated[Principal, Given(_principal, authenticated=True)]
CurrentActor = Annotated[
    Actor, Given(lambda request: _principal(request).actor, authenticated=True)
]
