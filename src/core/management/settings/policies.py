"""Who may touch whose settings, and which of several layers holds."""

from collections.abc import Iterable, Sequence
from typing import Final

from core.exceptions import VersionMismatch
from core.management.settings import constants, exceptions
from core.management.settings.definitions import REGISTRY, Definition
from core.management.settings.models import Owner, Setting, SettingScope, SettingSource
from core.models import Actor

ORDER: Final[tuple[SettingScope, ...]] = ("user", "organization", "system")
"""Who is nearest has the say."""


def owner(scope: SettingScope, actor: Actor, *, writes: bool = False) -> Owner:
    """Return whose settings these are; refuse whoever may not see or change them."""
    match scope:
        case "system":
            actor.require_platform("operator", *(() if writes else ("support",)))
            return Owner()
        case "organization":
            needed = constants.SETTINGS_WRITE if writes else constants.SETTINGS_READ
            return Owner(organization_id=actor.require(needed))
        case "user":
            return Owner(user_id=actor.require_at_large())


def defined(scope: SettingScope) -> list[Definition]:
    """Return what can be set there."""
    return [one for one in REGISTRY if scope in one.scopes]


def definition(key: str, scope: SettingScope) -> Definition:
    there = {one.key: one for one in defined(scope)}
    if key not in there:
        raise exceptions.SettingNotFound(f"Use one of: {', '.join(there)}.", keys=sorted(there))
    return there[key]


def own(settings: Iterable[Setting], owner: Owner, key: str) -> Setting | None:
    """Return the owner's own, be it set or taken back."""
    return next((one for one in settings if one.key == key and _is_of(one, owner)), None)


def check_version(setting: Setting | None, expected: int | None) -> None:
    """Refuse if it is not as it was seen; what was never set is version nought."""
    if expected not in {None, setting.version if setting else 0}:
        raise VersionMismatch


def holding(
    what: Definition, settings: Sequence[Setting], *, below: SettingScope | None = None
) -> tuple[Setting | None, SettingSource]:
    """Return which of the layers holds, and which it is; none where the default does.

    `below` a scope looks only at those further away. What a definition no longer allows is as if
    it were not there.
    """
    scopes = ORDER if below is None else ORDER[ORDER.index(below) + 1 :]
    for scope in scopes:
        for one in settings:
            if one.key == what.key and one.scope == scope and _holds(what, one):
                return one, scope
    return None, "default"


def _holds(what: Definition, setting: Setting) -> bool:
    if not setting.given or setting.scope not in what.scopes:
        return False
    return setting.box is not None if what.secret else what.fits(setting.value)


def _is_of(setting: Setting, owner: Owner) -> bool:
    same = setting.organization_id == owner.organization_id
    return same and setting.user_id == owner.user_id
