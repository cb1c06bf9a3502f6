from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.exceptions import InvalidCursor, PermissionDenied, ValidationFailed, VersionMismatch
from core.management.flags import exceptions, schemas, service
from core.management.flags.fields import FlagKey
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion, OnlyNew
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

PREFIX = "/v1/organizations/{organization_id}/flags"

router = make_router(PREFIX, "flags")
asking = make_router(PREFIX, "flags", route_class=OwnIdempotencyRoute)

FLAG = TENANT | problems.responses(exceptions.FlagNotFound)
CHANGED = FLAG | problems.responses(PermissionDenied, VersionMismatch)
SOUND = problems.responses(ValidationFailed)
ROOM = problems.responses(exceptions.TooManyFlags, exceptions.FlagKeyTaken)


@router.post("", status_code=HTTPStatus.CREATED, responses=TENANT | SOUND | ROOM)
async def create_flag(
    organization_id: OrganizationId,
    command: schemas.CreateFlag,
    actor: CurrentActor,
    create: Use[service.CreateFlag],
    response: Response,
) -> schemas.FlagView:
    """Make something that can be switched on, for everybody or for some."""
    made = await create(command, actor)
    _place(response, organization_id, made)
    return made


@router.get("", responses=TENANT | problems.responses(InvalidCursor))
async def list_flags(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListFlags, Query()],
    actor: CurrentActor,
    list_flags: Use[service.ListFlags],
) -> Page[schemas.FlagView]:
    """See the feature flags, the newest first; `q` is what their keys begin with."""
    return await list_flags(query, actor)


@router.get("/{flag_key}", responses=FLAG)
async def get_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    actor: CurrentActor,
    get: Use[service.GetFlag],
    response: Response,
) -> schemas.FlagView:
    found = await get(schemas.FlagReference(key=flag_key), actor)
    etags.tag(response, found.version)
    return found


@router.put(
    "/{flag_key}",
    responses=CHANGED
    | SOUND
    | ROOM
    | {HTTPStatus.CREATED.value: {"model": schemas.FlagView, "description": "It is new."}},
)
async def put_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    definition: schemas.FlagDefinition,
    version: ExpectedVersion,
    only_new: OnlyNew,
    actor: CurrentActor,
    put: Use[service.PutFlag],
    response: Response,
) -> schemas.FlagView:
    """Have a flag be just so, whether it is there already or not."""
    command = schemas.PutFlag(
        key=flag_key, definition=definition, expected_version=version, only_new=only_new
    )
    saved = await put(command, actor)
    etags.tag(response, saved.flag.version)
    if saved.created:
        response.status_code = HTTPStatus.CREATED
        _place(response, organization_id, saved.flag)
    return saved.flag


@router.patch("/{flag_key}", responses=CHANGED | SOUND)
async def update_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    changes: schemas.FlagChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    update: Use[service.UpdateFlag],
    response: Response,
) -> schemas.FlagView:
    """Change a flag (RFC 7396). Nobody is moved to another variant of a split who need not be."""
    command = schemas.UpdateFlag(key=flag_key, changes=changes, expected_version=version)
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.post("/{flag_key}/toggle", responses=CHANGED)
async def toggle_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    switched: schemas.Switched,
    version: ExpectedVersion,
    actor: CurrentActor,
    toggle: Use[service.ToggleFlag],
    response: Response,
) -> schemas.FlagView:
    """Switch a flag on or off; off, it serves its default to all."""
    command = schemas.ToggleFlag(key=flag_key, enabled=switched.enabled, expected_version=version)
    changed = await toggle(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.delete("/{flag_key}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
async def delete_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    version: ExpectedVersion,
    actor: CurrentActor,
    delete: Use[service.DeleteFlag],
) -> None:
    """Forget a flag: whoever still asks for it is told that there is none."""
    await delete(schemas.DeleteFlag(key=flag_key, expected_version=version), actor)


@asking.post(
    "/{flag_key}/evaluate",
    responses=FLAG | problems.responses(exceptions.TargetingKeyMissing, exceptions.ContextInvalid),
)
async def preview_flag(
    organization_id: OrganizationId,
    flag_key: FlagKey,
    asked: schemas.Asking,
    actor: CurrentActor,
    evaluate: Use[service.EvaluateFlag],
) -> schemas.Evaluated:
    """See what a flag says to somebody: the same as programs are told by OFREP."""
    return await evaluate(schemas.EvaluateFlag(key=flag_key, context=asked.context), actor)


def _place(response: Response, organization_id: OrganizationId, made: schemas.FlagView) -> None:
    etags.tag(response, made.version)
    response.headers["Location"] = f"/v1/organizations/{organization_id}/flags/{made.key}"
