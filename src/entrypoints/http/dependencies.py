"""What an endpoint may ask for: a use case, and who is asking."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from bootstrap import Application
from core.accounts import exceptions as accounts
from core.accounts import service
from core.accounts.models import Principal
from core.exceptions import AuthenticationRequired
from core.models import Actor, OrganizationId
from core.service import UseCase

if TYPE_CHECKING:
    type Use[U: UseCase] = Annotated[U, "the use case, wired"]
else:

    class Use:
        """`register: Use[service.RegisterUser]` hands the endpoint the use case, wired."""

        def __class_getitem__(cls, use_case: type[UseCase]) -> Any:
            async def wired(request: Request) -> Any:
                return application(request).use(use_case)

            return Annotated[use_case, Depends(wired)]


USER_AGENT_LENGTH: Final = 300


def application(request: Request) -> Application:
    wired: Application = request.app.state.application
    return wired


def origin(request: Request) -> Actor:
    """Describe where a request comes from, before anybody knows who is asking."""
    agent = request.headers.get("user-agent", "")
    return Actor(
        kind="anonymous",
        ip=_address(request),
        user_agent="".join(filter(str.isprintable, agent))[:USER_AGENT_LENGTH] or None,
        request_id=request.scope.get("state", {}).get("request_id"),
    )


def _address(request: Request) -> str | None:
    try:
        return str(ip_address(request.client.host)) if request.client else None
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
    credentials = service.authenticate.Credentials(
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


class Bearer(SecurityBase):
    """An access token in the Authorization header (RFC 6750), for OpenAPI to tell."""

    def __init__(self) -> None:
        self.model = HTTPBearerModel(
            bearerFormat="JWT", description="The `access_token` of a login."
        )
        self.scheme_name = "bearer"


class AsPrincipal(Bearer):
    async def __call__(self, request: Request) -> Principal:
        return await authenticate(request)


class AsActor(Bearer):
    async def __call__(self, request: Request) -> Actor:
        return (await authenticate(request)).actor


Origin = Annotated[Actor, Depends(origin)]
CurrentPrincipal = Annotated[Principal, Security(AsPrincipal())]
CurrentActor = Annotated[Actor, Security(AsActor())]
