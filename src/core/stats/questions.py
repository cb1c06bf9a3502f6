"""What is asked of events, once it is known of when."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.models import Model, OrganizationId
from core.stats.conditions import Condition
from core.stats.models import Aggregation


class Question(Model):
    """Of which events, and how they become a number; `end` is no part of it."""

    organization_id: OrganizationId
    event: str | None = None
    aggregation: Aggregation = "count"
    property: str | None = None
    begin: datetime
    end: datetime
    group_by: tuple[str, ...] = ()
    filter: tuple[Condition, ...] = ()


class Cell(Model):
    """One number: of which part of the time, counted from nought, and of which group.

    Without a part it is of the whole time. `n` is of how many events.
    """

    part: int | None
    group: tuple[str, ...] = ()
    value: Decimal
    n: int


class Step(Model):
    """Something that somebody does."""

    event: str
    filter: tuple[Condition, ...] = ()


class FunnelQuestion(Model):
    """How many did all of it, one after another, within `window` of the first."""

    organization_id: OrganizationId
    steps: tuple[Step, ...]
    window: timedelta
    begin: datetime
    end: datetime


class RetentionQuestion(Model):
    """Who did `first` in a part of the time, and `again` in which part after it."""

    organization_id: OrganizationId
    first: Step
    again: Step


class Return(Model):
    """So many of whom the `cohort`-th part saw first came back `later` parts after.

    Without `later` it is how many they are.
    """

    cohort: int
    later: int | None
    n: int


class PropSeen(Model):
    """A property, in how many of the events that were looked at, and what it was mostly."""

    key: str
    count: int
    kinds: tuple[str, ...]
