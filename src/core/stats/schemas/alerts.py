from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.listing import Lists, WholeList
from core.models import Job, Line, Model
from core.stats.models import Aggregation, Alert, AlertId, Window
from core.stats.reports import Slug

type Bound = Annotated[Decimal, Field(max_digits=30, decimal_places=9, allow_inf_nan=False)]


class CreateAlert(Model):
    """Tell when a meter goes above or below a number in the running hour, day, week or month."""

    title: Line
    meter: Slug
    aggregation: Aggregation | None = None
    above: Bound | None = None
    below: Bound | None = None
    window: Window = "day"
    tz: Annotated[str, Field(max_length=64)] = "UTC"

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.above is None) is (self.below is None):
            raise PydanticCustomError("bound", "Say either `above` or `below`.")
        return self


class AlertReference(Model):
    alert_id: AlertId


class AlertView(Model):
    """`value` is what the meter said when it was looked at last, `changed_at` when it changed."""

    id: AlertId
    title: str
    meter: str
    aggregation: Aggregation
    above: Decimal | None
    below: Decimal | None
    window: Window
    tz: str
    state: Literal["ok", "firing"]
    value: Decimal | None
    changed_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, alert: Alert) -> Self:
        return cls.model_validate(alert.model_dump(include=set(cls.model_fields)))


class ListAlerts(WholeList):
    lists = Lists(
        AlertView,
        "id title meter window tz state changed_at created_at",
        "title meter state changed_at created_at",
        default="id",
    )


class EvaluateAlerts(Job):
    """Look at what meters say, and tell where that is too much or too little."""

    name: ClassVar[str] = "stats.evaluate_alerts"
    lock: ClassVar[str | None] = "stats.evaluate_alerts"
