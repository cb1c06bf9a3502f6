"""What feature flags are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from pydantic import Field

from core.management.flags.conditions import Condition
from core.management.flags.fields import FlagType
from core.management.flags.splitting import Pieces
from core.models import Model, OrganizationId

FlagId = NewType("FlagId", UUID)

type Reason = Literal["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "DEFAULT"]
"""Why somebody is served a variant, as OpenFeature names it."""


class Rule(Model):
    """Whoever fits all conditions is served a variant, or the one whose piece of a split they are
    in. Where there is no condition everybody fits."""

    all: tuple[Condition, ...] = ()
    serve: str | None = None
    split: Pieces | None = None

    def fits(self, context: Mapping[str, Any]) -> bool:
        for condition in self.all:  # noqa: SIM110 - half as long as `all` and a generator
            if not condition.holds(context):
                return False
        return True


class Flag(Model):
    """Something that each is served one variant of: by the first rule that they fit, else by
    default. While it is not enabled the default is served to all."""

    id: FlagId
    organization_id: OrganizationId
    key: str
    title: str | None = None
    type: FlagType
    variants: dict[str, Any] = Field(repr=False)
    enabled: bool = True
    rules: tuple[Rule, ...] = ()
    default: str
    version: int = 1
    created_at: datetime
    updated_at: datetime
