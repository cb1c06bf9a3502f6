"""The registry: what there is to permit, of all modules, and who may deal in it."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from core.accounts import constants
from core.exceptions import FieldError, PermissionDenied, ValidationFailed
from core.models import Actor, Permission


def registered(*modules: tuple[Permission, ...]) -> tuple[Permission, ...]:
    """Return every module's permissions; raise ValueError for what makes no sense."""
    registry = tuple(chain(*modules))
    for name, times in Counter(one.name for one in registry).items():
        if times > 1:
            raise ValueError(f"The permission {name} is registered {times} times.")
    for one in registry:
        if unknown := sorted(one.roles - set(constants.SYSTEM_ROLES)):
            raise ValueError(f"{one.name} names {', '.join(unknown)}, which is no built-in role.")
    return registry


def check_registered(
    names: Iterable[str], registry: tuple[Permission, ...], *, pointer: str
) -> None:
    """Refuse permissions that no module knows, each by its place in the list."""
    known = {one.name for one in registry}
    unknown = [
        FieldError(f"{pointer}/{place}", "unknown_permission", f"There is no permission {name}.")
        for place, name in enumerate(names)
        if name not in known
    ]
    if unknown:
        raise ValidationFailed(errors=unknown)


def check_held(actor: Actor, permissions: frozenset[str]) -> None:
    """Refuse to deal in what the actor may not do themselves."""
    missing = sorted(permissions - actor.permissions)
    if missing and not actor.trusted:
        raise PermissionDenied(f"You may not do this yourself: {', '.join(missing)}.")
