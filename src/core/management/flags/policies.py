"""Rules that several use cases share: what a flag may be, and what becomes of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import to_json

from core.exceptions import FieldError, ValidationFailed, VersionMismatch
from core.management.flags import constants, splitting
from core.management.flags.exceptions import FlagNotFound
from core.management.flags.models import Flag, Rule
from core.management.flags.ports import Flags
from core.management.flags.schemas import SWITCH, FlagChanges, FlagDefinition, Rules
from core.models import OrganizationId

KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "bool": (bool,),
    "number": (int, float),
    "string": (str,),
    "object": (dict,),
}


async def current(
    flags: Flags, organization_id: OrganizationId, key: str, expected_version: int | None
) -> Flag:
    """Return a flag that is as it was last seen."""
    found = await flags.get(organization_id, key)
    if found is None:
        raise FlagNotFound
    check_version(found, expected_version)
    return found


def check_version(flag: Flag, expected_version: int | None) -> None:
    if expected_version not in {None, flag.version}:
        raise VersionMismatch(current_etag=f'"{flag.version}"')


def patched(flag: Flag, changes: FlagChanges) -> FlagDefinition:
    """Return what a flag becomes by a merge patch (RFC 7396)."""
    told = changes.model_dump(exclude_unset=True)
    before = FlagDefinition.of(flag).model_dump(exclude={"rules"})
    rules = {} if changes.rules is not None else {"rules": FlagDefinition.of(flag).rules}
    try:
        return FlagDefinition.model_validate(merged(before, told) | rules)
    except ValidationError as error:
        raise ValidationFailed(errors=list(_wrong(error))) from error


def merged(target: Any, patch: Any) -> Any:
    """Apply a merge patch, as RFC 7396 2 spells it out."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = merged(target.get(name), value)
    return target


def _wrong(error: ValidationError) -> Iterator[FieldError]:
    for one in error.errors(include_url=False, include_input=False):
        path = "/".join(["#", *(str(part) for part in one["loc"][:2])])
        yield FieldError(path, one["type"], one["msg"])


def defined(
    definition: FlagDefinition, now: datetime, before: Flag | None = None
) -> dict[str, Any]:
    """Return the fields of a flag that is so; refuse what contradicts itself, each by its place."""
    variants, default = definition.variants or SWITCH, definition.default or "off"
    wrong = [*_wrong_variants(definition.type, variants), *_unknown(definition, variants, default)]
    if before is not None and before.type != definition.type:
        wrong.append(FieldError("#/type", "immutable", "A flag stays of the type that it is."))
    if len(to_json([variants, definition.rules])) > constants.FLAG_BYTES:
        wrong.append(FieldError("#", "too_large", "Variants and rules take 32 KiB at most."))
    if wrong:
        raise ValidationFailed(errors=wrong)
    return {
        "title": definition.title,
        "type": definition.type,
        "variants": variants,
        "enabled": definition.enabled,
        "rules": _laid(definition.rules, before.rules if before else (), default),
        "default": default,
        "updated_at": now,
    }


def _wrong_variants(kind: str, variants: Mapping[str, Any]) -> Iterator[FieldError]:
    for name, value in variants.items():
        fits = isinstance(value, KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))
        if not fits:
            told = f"All variants of this flag are of its type, {kind}."
            yield FieldError(f"#/variants/{name}", "variant_type", told)


def _unknown(
    definition: FlagDefinition, variants: Mapping[str, Any], default: str
) -> Iterator[FieldError]:
    named = {"#/default": default}
    for place, rule in enumerate(definition.rules):
        if rule.serve is not None:
            named[f"#/rules/{place}/serve"] = rule.serve
        named |= {f"#/rules/{place}/split/{name}": name for name in rule.split or ()}
    for pointer, name in named.items():
        if name not in variants:
            yield FieldError(pointer, "unknown_variant", f"There is no variant {name}.")


def _laid(rules: Rules, before: tuple[Rule, ...], default: str) -> tuple[Rule, ...]:
    """Give each split its pieces: made of those of the rule that it comes from, if there is one.

    That is the one with the same conditions, or else the one in its place, if that is nobody's.
    """
    conditions = [rule.all for rule in rules]
    splits = [(place, one) for place, one in enumerate(before) if one.split is not None]
    same = {one.all: one.split for _, one in reversed(splits)}
    there = {place: one.split for place, one in splits if one.all not in conditions}
    made = []
    for place, rule in enumerate(rules):
        split = None
        if rule.split is not None:
            former = same.get(rule.all) or there.get(place) or splitting.FREE
            split = splitting.laid(rule.split, former, rest=default)
        made.append(Rule(all=rule.all, serve=rule.serve, split=split))
    return tuple(made)
