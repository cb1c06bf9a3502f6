from typing import Literal

from core.billing.money import Currency
from core.models import Model

type MovementKind = Literal["new", "expansion", "contraction", "churn", "reactivation"]


class Movement(Model):
    """What an organization pays a month became `mrr`: so much more, or less."""

    kind: MovementKind
    delta: int
    mrr: int
    currency: Currency


class Revenue(Model):
    """What all organizations together pay a month in one currency, and how many pay anything."""

    currency: Currency
    mrr: int
    organizations: int
