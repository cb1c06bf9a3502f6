from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.accounts import exceptions as accounts
from core.accounts.sso import exceptions, models, schemas
from core.accounts.sso import service as sso
from core.exceptions import PermissionDenied
from core.models import Page
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/me/identities", "me")

SENSITIVE = UNKNOWN | problems.responses(PermissionDenied, accounts.ReauthenticationRequired)


@router.get("", responses=UNKNOWN | LISTED | problems.responses(PermissionDenied))
async def list_identities(
    query: Annotated[schemas.ListIdentities, Query()],
    actor: CurrentActor,
    list_identities: Use[sso.ListIdentities],
) -> Page[schemas.IdentityView]:
    return await list_identities(query, actor)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=SENSITIVE
    | problems.responses(
        accounts.TokenInvalidOrExpired, exceptions.ConnectionNotFound, exceptions.IdentityTaken
    ),
)
async def link_identity(
    command: schemas.ExchangeSsoCode, actor: CurrentActor, link: Use[sso.LinkIdentity]
) -> schemas.IdentityView:
    return await link(command, actor)


@router.delete(
    "/{identity_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=SENSITIVE | problems.responses(exceptions.IdentityNotFound, accounts.LastCredential),
)
async def unlink_identity(
    identity_id: models.IdentityId, actor: CurrentActor, unlink: Use[sso.UnlinkIdentity]
) -> None:
    await unlink(schemas.IdentityReference(identity_id=identity_id), actor)
