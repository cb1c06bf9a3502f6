"""Settings, at three places: an organization's, one's own, and the installation's."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from starlette.convertors import StringConvertor, register_url_convertor

from core.exceptions import PermissionDenied, ValidationFailed, VersionMismatch
from core.management.settings import exceptions, schemas, service
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.admin import OPERATOR
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.routing import router as make_router


class Word(StringConvertor):
    """Any word but the one that is a page of its own."""

    regex = r"(?!effective$)[^/]+"


register_url_convertor("setting", Word())

type SettingKey = Annotated[
    str, Path(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,99}$", examples=["locale.language"])
]

organization = make_router("/v1/organizations/{organization_id}/settings", "settings")
mine = make_router("/v1/me/settings", "my_settings")
system = make_router("/v1/admin/settings", "system_settings")

MISSING = problems.responses(exceptions.SettingNotFound)
CHANGED = MISSING | problems.responses(ValidationFailed, VersionMismatch)
OWN = UNKNOWN | problems.responses(PermissionDenied)


def _at(scope: str, key: str) -> dict[str, str]:
    return {"scope": scope, "key": key}


# --- An organization's ----------------------------------------------------------------------------


@organization.get("", responses=TENANT)
async def list_settings(
    organization_id: OrganizationId, actor: CurrentActor, list_settings: Use[service.ListSettings]
) -> Page[schemas.SettingView]:
    return await list_settings(schemas.SettingsScope(scope="organization"), actor)


@organization.get("/effective", responses=TENANT)
async def get_effective_settings(
    organization_id: OrganizationId,
    actor: CurrentActor,
    get_effective: Use[service.GetEffectiveSettings],
) -> Page[schemas.EffectiveSetting]:
    """See what holds for oneself here: one's own, else the organization's, else the system's."""
    return await get_effective(None, actor)


@organization.get("/{setting_key:setting}", responses=TENANT | MISSING)
async def get_setting(
    organization_id: OrganizationId,
    setting_key: SettingKey,
    actor: CurrentActor,
    get: Use[service.GetSetting],
    response: Response,
) -> schemas.SettingView:
    query = schemas.SettingReference.model_validate(_at("organization", setting_key))
    return _tagged(await get(query, actor), response)


@organization.put("/{setting_key:setting}", responses=TENANT | CHANGED)
async def put_setting(
    organization_id: OrganizationId,
    setting_key: SettingKey,
    body: schemas.SettingValue,
    version: ExpectedVersion,
    actor: CurrentActor,
    put: Use[service.PutSetting],
    response: Response,
) -> schemas.SettingView:
    """Set it; what was never set is version nought, so `If-Match: "0"` is for the first alone."""
    return _tagged(await put(_put("organization", setting_key, body, version), actor), response)


@organization.delete(
    "/{setting_key:setting}", status_code=HTTPStatus.NO_CONTENT, responses=TENANT | CHANGED
)
async def unset_setting(
    organization_id: OrganizationId,
    setting_key: SettingKey,
    version: ExpectedVersion,
    actor: CurrentActor,
    unset: Use[service.UnsetSetting],
) -> None:
    await unset(_unset("organization", setting_key, version), actor)


# --- One's own ------------------------------------------------------------------------------------


@mine.get("", responses=OWN)
async def list_my_settings(
    actor: CurrentActor, list_settings: Use[service.ListSettings]
) -> Page[schemas.SettingView]:
    return await list_settings(schemas.SettingsScope(scope="user"), actor)


@mine.get("/effective", responses=OWN)
async def get_my_effective_settings(
    actor: CurrentActor, get_effective: Use[service.GetEffectiveSettings]
) -> Page[schemas.EffectiveSetting]:
    """See what holds for oneself outside of any organization."""
    return await get_effective(None, actor)


@mine.get("/{setting_key:setting}", responses=OWN | MISSING)
async def get_my_setting(
    setting_key: SettingKey, actor: CurrentActor, get: Use[service.GetSetting], response: Response
) -> schemas.SettingView:
    query = schemas.SettingReference.model_validate(_at("user", setting_key))
    return _tagged(await get(query, actor), response)


@mine.put("/{setting_key:setting}", responses=OWN | CHANGED)
async def put_my_setting(
    setting_key: SettingKey,
    body: schemas.SettingValue,
    version: ExpectedVersion,
    actor: CurrentActor,
    put: Use[service.PutSetting],
    response: Response,
) -> schemas.SettingView:
    return _tagged(await put(_put("user", setting_key, body, version), actor), response)


@mine.delete("/{setting_key:setting}", status_code=HTTPStatus.NO_CONTENT, responses=OWN | CHANGED)
async def unset_my_setting(
    setting_key: SettingKey,
    version: ExpectedVersion,
    actor: CurrentActor,
    unset: Use[service.UnsetSetting],
) -> None:
    await unset(_unset("user", setting_key, version), actor)


# --- The installation's ---------------------------------------------------------------------------


@system.get("", responses=OPERATOR)
async def list_system_settings(
    actor: CurrentActor, list_settings: Use[service.ListSettings]
) -> Page[schemas.SettingView]:
    return await list_settings(schemas.SettingsScope(scope="system"), actor)


@system.get("/{setting_key:setting}", responses=OPERATOR | MISSING)
async def get_system_setting(
    setting_key: SettingKey, actor: CurrentActor, get: Use[service.GetSetting], response: Response
) -> schemas.SettingView:
    query = schemas.SettingReference.model_validate(_at("system", setting_key))
    return _tagged(await get(query, actor), response)


@system.put("/{setting_key:setting}", responses=OPERATOR | CHANGED)
async def put_system_setting(
    setting_key: SettingKey,
    body: schemas.SettingValue,
    version: ExpectedVersion,
    actor: CurrentActor,
    put: Use[service.PutSetting],
    response: Response,
) -> schemas.SettingView:
    return _tagged(await put(_put("system", setting_key, body, version), actor), response)


@system.delete(
    "/{setting_key:setting}", status_code=HTTPStatus.NO_CONTENT, responses=OPERATOR | CHANGED
)
async def unset_system_setting(
    setting_key: SettingKey,
    version: ExpectedVersion,
    actor: CurrentActor,
    unset: Use[service.UnsetSetting],
) -> None:
    await unset(_unset("system", setting_key, version), actor)


def _put(
    scope: str, key: str, body: schemas.SettingValue, version: int | None
) -> schemas.PutSetting:
    told = {"value": body.value, "expected_version": version}
    return schemas.PutSetting.model_validate(_at(scope, key) | told)


def _unset(scope: str, key: str, version: int | None) -> schemas.UnsetSetting:
    return schemas.UnsetSetting.model_validate(_at(scope, key) | {"expected_version": version})


def _tagged(view: schemas.SettingView, response: Response) -> schemas.SettingView:
    etags.tag(response, view.version)
    return view
