from collections.abc import Mapping
from typing import Self, get_args

from pydantic import Field

from core.billing.models import MovementKind, Revenue
from core.billing.money import Currency
from core.models import Model


class GetRevenue(Model):
    """See what is paid a month, and by how much that moved in the last `days`."""

    days: int = Field(default=30, ge=1, le=3650)


class RevenueView(Model):
    """What is paid a month in one currency, by how many organizations; all in its smallest unit."""

    currency: Currency
    mrr: int
    organizations: int
    new: int
    expansion: int
    contraction: int
    churn: int
    reactivation: int

    @classmethod
    def of(cls, revenue: Revenue, moved: Mapping[tuple[str, MovementKind], int]) -> Self:
        kinds = get_args(MovementKind.__value__)
        by_kind = {kind: moved.get((revenue.currency, kind), 0) for kind in kinds}
        return cls.model_validate(revenue.model_dump() | by_kind)
