"""Connections of an organization, and, for operators, of the installation: the same use cases."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from core.accounts import exceptions as accounts
from core.accounts.models import ConnectionId
from core.accounts.sso import exceptions, schemas
from core.accounts.sso import service as sso
from core.exceptions import PermissionDenied, RateLimited, SecondFactorRequired, VersionMismatch
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.routing import router as make_router

INSTALLATION: Final = make_router("/v1/admin/sso-connections", "admin")
ORGANIZATION: Final = make_router("/v1/organizations/{organization_id}/sso-connections", "sso")

type Responses = dict[int | str, dict[str, Any]]

MISSING: Final = problems.responses(accounts.OrganizationNotFound, exceptions.ConnectionNotFound)


async def _in_organization(organization_id: OrganizationId) -> None:
    """Document the path's parameter; who is asking was found in it already."""


async def create_connection(
    command: schemas.CreateConnection,
    actor: CurrentActor,
    response: Response,
    create: Use[sso.CreateConnection],
) -> schemas.ConnectionView:
    made = await create(command, actor)
    etags.tag(response, made.version)
    return made


async def list_connections(
    query: Annotated[schemas.ListConnections, Query()],
    actor: CurrentActor,
    list_connections: Use[sso.ListConnections],
) -> Page[schemas.ConnectionView]:
    return await list_connections(query, actor)


async def get_connection(
    connection_id: ConnectionId,
    actor: CurrentActor,
    response: Response,
    get: Use[sso.GetConnection],
) -> schemas.ConnectionView:
    found = await get(schemas.ConnectionReference(connection_id=connection_id), actor)
    etags.tag(response, found.version)
    return found


async def update_connection(
    connection_id: ConnectionId,
    changes: schemas.ConnectionChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    response: Response,
    update: Use[sso.UpdateConnection],
) -> schemas.ConnectionView:
    command = schemas.UpdateConnection(
        connection_id=connection_id, changes=changes, expected_version=version
    )
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


async def delete_connection(
    connection_id: ConnectionId, actor: CurrentActor, delete: Use[sso.DeleteConnection]
) -> None:
    await delete(schemas.ConnectionReference(connection_id=connection_id), actor)


async def examine_connection(
    connection_id: ConnectionId, actor: CurrentActor, examine: Use[sso.ExamineConnection]
) -> None:
    """See whether the provider answers as it should."""
    await examine(schemas.ConnectionReference(connection_id=connection_id), actor)


def _serve(router: APIRouter, *path: Any, refused: Responses) -> None:
    """Offer the same endpoints to both."""
    changing = refused | problems.responses(
        PermissionDenied, SecondFactorRequired, accounts.ReauthenticationRequired
    )
    conflicts = problems.responses(VersionMismatch, exceptions.LastConnection)
    one = "/{connection_id}"
    router.get("", dependencies=path, responses=refused)(list_connections)
    router.post("", dependencies=path, responses=changing, status_code=HTTPStatus.CREATED)(
        create_connection
    )
    router.get(one, dependencies=path, responses=refused | MISSING)(get_connection)
    router.patch(one, dependencies=path, responses=changing | MISSING | conflicts)(
        update_connection
    )
    router.delete(
        one,
        dependencies=path,
        responses=changing | MISSING | conflicts,
        status_code=HTTPStatus.NO_CONTENT,
    )(delete_connection)
    router.post(
        f"{one}/test",
        dependencies=path,
        responses=refused | MISSING | problems.responses(exceptions.IdpError, RateLimited),
        status_code=HTTPStatus.NO_CONTENT,
    )(examine_connection)


_serve(INSTALLATION, refused=UNKNOWN | problems.responses(PermissionDenied, SecondFactorRequired))
_serve(ORGANIZATION, Depends(_in_organization), refused=TENANT)
