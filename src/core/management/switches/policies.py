from collections.abc import Iterable

from core.management.switches.models import KINDS, Switch, SwitchName


def standing(found: Iterable[Switch]) -> dict[SwitchName, Switch]:
    """Return how every switch stands: as it was set, or as it is by itself."""
    untouched = {name: Switch(name=name, on=kind.on) for name, kind in KINDS.items()}
    return untouched | {one.name: one for one in found}
