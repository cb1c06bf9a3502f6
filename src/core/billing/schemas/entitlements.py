from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from core.billing.catalogue import Allowance, Choice, Feature, Key, Limit
from core.billing.entitlements import Entitlement
from core.models import Model, OrganizationId


class EntitlementReference(Model):
    feature: Key


class EntitlementView(Model):
    """Whether a feature may be used. No `limit`: as much as they like; no `until`: for good.

    `used` and `remaining` are of the period that is paid for, where something is metered.
    """

    feature: str
    has_access: bool
    type: str | None = None
    limit: int | None = None
    soft: bool = False
    used: int | None = None
    remaining: int | None = None
    value: str | None = None
    reason: str
    until: datetime | None = None

    @classmethod
    def of(cls, key: str, given: Entitlement | None, used: int | None = None) -> Self:
        if given is None:
            return cls(feature=key, has_access=False, reason="not_in_plan")
        feature = given.feature
        return cls(
            feature=key,
            has_access=not (isinstance(feature, Limit) and feature.most == 0),
            type=feature.type,
            limit=_limit(feature),
            used=used,
            remaining=None if used is None else max((_limit(feature) or 0) - used, 0),
            soft=feature.soft if isinstance(feature, Limit | Allowance) else False,
            value=feature.value if isinstance(feature, Choice) else None,
            reason=given.reason,
            until=given.until,
        )


class Consume(Model):
    """Use so much of what is metered. By `id` it counts once, however often it is sent."""

    feature: Key
    amount: int = Field(default=1, ge=1, le=1_000_000_000, strict=True)
    id: UUID | None = None


class EntitlementsView(Model):
    items: list[EntitlementView]


class OverrideReference(Model):
    organization_id: OrganizationId
    feature: Key


class SetOverride(Model):
    """Give an organization a feature apart from its plan, or take one away: null."""

    organization_id: OrganizationId
    key: Key
    feature: Feature | None
    expires_at: datetime | None = None


def _limit(feature: Feature) -> int | None:
    match feature:
        case Limit(most=most):
            return most
        case Allowance(included=included):
            return included
        case _:
            return None
