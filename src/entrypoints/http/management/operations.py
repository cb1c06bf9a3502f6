"""The installation at a glance, and its switches."""

from core.exceptions import ValidationFailed
from core.management.operations import schemas as operations
from core.management.operations import service as operations_service
from core.management.switches import schemas, service
from core.management.switches.models import SwitchName
from core.models import Page
from entrypoints.http import problems
from entrypoints.http.accounts.admin import OPERATOR
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/admin", "operations")


@router.get("/overview", responses=OPERATOR)
async def get_platform_overview(
    actor: CurrentActor, overview: Use[operations_service.GetPlatformOverview]
) -> operations.Overview:
    """See the installation at a glance; what could not be read is null."""
    return await overview(None, actor)


@router.get("/switches", responses=OPERATOR)
async def list_switches(
    actor: CurrentActor, list_switches: Use[service.ListSwitches]
) -> Page[schemas.SwitchView]:
    return await list_switches(None, actor)


@router.put("/switches/{name}", responses=OPERATOR | problems.responses(ValidationFailed))
async def set_switch(
    name: SwitchName,
    body: schemas.SwitchSetting,
    actor: CurrentActor,
    set_switch: Use[service.SetSwitch],
) -> schemas.SwitchView:
    """Turn it on or off for everybody, within seconds; to go read-only takes a reason."""
    return await set_switch(schemas.SetSwitch(name=name, **dict(body)), actor)
