"""What a flag says to somebody: told by the flag and the context alone, and so always the same."""

from collections.abc import Mapping
from typing import Any

from core.management.flags import splitting
from core.management.flags.constants import TARGETING_KEY
from core.management.flags.exceptions import ContextInvalid, TargetingKeyMissing
from core.management.flags.models import Flag, Reason, Rule
from core.management.flags.schemas import Evaluated

type Context = Mapping[str, Any]


def evaluated(flag: Flag, context: Context) -> Evaluated:
    """Return which variant somebody is served, and why.

    Raise TargetingKeyMissing where a split decides and the context does not say who it is.
    """
    variant, reason = served(flag, context)
    return {
        "key": flag.key,
        "value": flag.variants[variant],
        "variant": variant,
        "reason": reason,
    }


def served(flag: Flag, context: Context) -> tuple[str, Reason]:
    if not flag.enabled:
        return flag.default, "DISABLED"
    for rule in flag.rules:
        if rule.fits(context):
            return _by(rule, flag, context)
    return flag.default, "DEFAULT" if flag.rules else "STATIC"


def _by(rule: Rule, flag: Flag, context: Context) -> tuple[str, Reason]:
    if rule.split is None:
        return rule.serve or flag.default, "TARGETING_MATCH"
    targeting_key = context.get(TARGETING_KEY)
    if not targeting_key:
        raise TargetingKeyMissing
    return splitting.served(rule.split, splitting.bucket(flag.key, targeting_key)), "SPLIT"


def checked(context: Context | None) -> Context:
    """Return a context whose targeting key is a text, if it has one; of none an empty one."""
    context = context or {}
    if not isinstance(context.get(TARGETING_KEY), str | None):
        raise ContextInvalid
    return context
