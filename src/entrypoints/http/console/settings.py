"""Settings of the installation and of organizations, and the switches that hold for everybody."""

from typing import Any, Final

from fastapi import Request, Response
from pydantic_core import from_json

from core.exceptions import FieldError, ValidationFailed
from core.management.settings import schemas, service
from core.management.settings.definitions import BY_KEY, SettingKind
from core.management.switches import schemas as switching
from core.management.switches import service as switches
from entrypoints.http.console.navigation import ADMIN, TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here
from entrypoints.http.pages.forms import Posted

router = make_router()

INSTALLATION: Final = f"{ADMIN}/settings"
ORGANIZATION: Final = f"{TENANT}/settings"
SWITCHES: Final = f"{ADMIN}/switches"


@router.get(INSTALLATION)
async def list_of_installation(request: Request) -> Response:
    return await _listed(request, "system", INSTALLATION)


@router.get(ORGANIZATION)
async def list_of_organization(request: Request) -> Response:
    return await _listed(request, "organization", here(request).path("/settings"))


async def _listed(request: Request, scope: str, at: str) -> Response:
    visit = here(request)
    query = Posted({}).command(schemas.SettingsScope, scope=scope)
    found = await visit.use(service.ListSettings)(query, visit.actor)
    writes = visit.actor.platform_role == "operator" if scope == "system" else None
    return visit.page("settings.html", settings=found.items, at=at, writes=writes)


@router.post(f"{INSTALLATION}/{{key}}")
@beside(list_of_installation)
async def put_for_installation(request: Request, key: str) -> Response:
    return await _put(here(request), "system", key, INSTALLATION)


@router.post(f"{ORGANIZATION}/{{key}}")
@beside(list_of_organization)
async def put_for_organization(request: Request, key: str) -> Response:
    visit = here(request)
    return await _put(visit, "organization", key, visit.path("/settings"))


async def _put(visit: Visit, scope: str, key: str, at: str) -> Response:
    """Set it to what was sent, or have what is above it hold again."""
    about = {"scope": scope, "key": key, "expected_version": visit.sent.values.get("version")}
    if "unset" in visit.sent.values:
        undone = Posted({}).command(schemas.UnsetSetting, **about)
        await visit.use(service.UnsetSetting)(undone, visit.actor)
        return visit.leave(at, f"{key} is not set here any more.")
    what = BY_KEY.get(key)
    value = _value(what.kind if what else "text", visit.sent.values.get("value"))
    command = Posted({}, visit.sent.unfit).command(schemas.PutSetting, value=value, **about)
    await visit.use(service.PutSetting)(command, visit.actor)
    return visit.leave(at, f"{key} is set.")


def _value(kind: SettingKind, text: str | None) -> Any:
    """Read what was typed as what the setting is; what it is not is left for the core to refuse."""
    match kind:
        case "bool" if text in {"true", "false"}:
            return text == "true"
        case "int" if text and text.removeprefix("-").isdecimal() and len(text) <= len(str(2**63)):
            return int(text)
        case "json":
            try:
                return from_json(text or "null")
            except ValueError:
                wrong = FieldError("#/value", "json", "Write JSON.")
                raise ValidationFailed(errors=[wrong]) from None
        case _:
            return text


@router.get(SWITCHES)
async def list_switches(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(switches.ListSwitches)(None, visit.actor)
    return visit.page("switches.html", switches=found.items)


@router.post(f"{SWITCHES}/{{name}}")
@beside(list_switches)
async def set_switch(request: Request, name: str) -> Response:
    visit = here(request)
    on = visit.sent.values.get("on") == "true"
    command = visit.sent.command(switching.SetSwitch, name=name, on=on)
    switch = await visit.use(switches.SetSwitch)(command, visit.actor)
    return visit.leave(SWITCHES, f"{switch.name} is {'on' if switch.on else 'off'}.")
