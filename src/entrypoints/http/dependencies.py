"""What an endpoint may ask for: a use case, and who is asking."""

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Request

from bootstrap import Application
from core.accounts import exceptions as accounts
from core.accounts import schemas, service
from core.accounts.models import Principal
from core.exceptions import AuthenticationRequired
from core.models import Actor, OrganizationId
from core.service import UseCase
from entrypoints.http.injection import Given

if TYPE_CHECKING:
    type Use[U: UseCase] = Annotated[U, "the use case, wired"]
else:

    class Use:
        """`register: Use[service.RegisterUser]` hands the endpoint the use case, wired."""

        def __class_getitem__(cls, use_case: type[UseCase]) -> Any:
            return Annotated[use_case, Given(lambda request: application(request).use(use_case))]


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
    if known is not None:
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationRequired
    credentials = schemas.Credentials(
        access_token=token.strip(), organization_id=_organization(request)
    )
    principal = await application(request).use(service.Authenticate)(credentials, origin(request))
    request.state.principal = principal
    return principal


def _organization(request: Request) -> OrganizationId | None:
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
