from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import JsonValue

from core.management.settings import policies
from core.management.settings.definitions import Definition, SettingKind
from core.management.settings.models import Owner, Setting, SettingScope, SettingSource
from core.models import Model


class SettingsScope(Model):
    """Whose settings: the installation's, the organization's that is asked about, or one's own."""

    scope: SettingScope


class SettingReference(SettingsScope):
    key: str


class SettingValue(Model):
    """What it is to be; of the kind that its definition names."""

    value: JsonValue


class PutSetting(SettingReference, SettingValue):
    expected_version: int | None = None


class UnsetSetting(SettingReference):
    expected_version: int | None = None


class SettingView(Model):
    """A setting where it is set, or could be. `inherited` holds while it is not set here.

    Of a secret nobody is told more than `{"set": true}`.
    """

    key: str
    title: str
    about: str
    kind: SettingKind
    choices: tuple[str, ...]
    secret: bool
    scope: SettingScope
    scopes: tuple[SettingScope, ...]
    set: bool
    value: JsonValue
    inherited: JsonValue
    inherited_from: SettingSource
    default: JsonValue
    version: int
    updated_at: datetime | None

    @classmethod
    def of(cls, what: Definition, owner: Owner, settings: Sequence[Setting]) -> Self:
        """Tell of one of an owner's, among all the layers that concern them."""
        own = policies.own(settings, owner, what.key)
        inherited, source = policies.holding(what, settings, below=owner.scope)
        about = {"key", "title", "about", "kind", "choices", "secret", "scopes", "default"}
        return cls(
            **what.model_dump(include=about),
            scope=owner.scope,
            set=own is not None and own.given,
            value=shown(what, own),
            inherited=shown(what, inherited) if inherited else _by_itself(what),
            inherited_from=source,
            version=own.version if own else 0,
            updated_at=own.updated_at if own else None,
        )


class EffectiveSetting(Model):
    """What holds, and where it comes from."""

    key: str
    kind: SettingKind
    secret: bool
    value: JsonValue
    source: SettingSource

    @classmethod
    def of(cls, what: Definition, settings: Sequence[Setting]) -> Self:
        holds, source = policies.holding(what, settings)
        return cls(
            **what.model_dump(include={"key", "kind", "secret"}),
            value=shown(what, holds) if holds else _by_itself(what),
            source=source,
        )


def shown(what: Definition, setting: Setting | None) -> JsonValue:
    """Return what may be told of a value."""
    if what.secret:
        return {"set": setting is not None and setting.given}
    return setting.value if setting else None


def _by_itself(what: Definition) -> JsonValue:
    return {"set": False} if what.secret else what.default
