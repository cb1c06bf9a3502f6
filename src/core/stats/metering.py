"""What events add to meters: always as much as all events together would."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import ceil, log
from typing import Any

from core.stats.conditions import hold
from core.stats.constants import BUCKET, OTHER, PRECISION, STEP
from core.stats.exceptions import NotMetered
from core.stats.models import Aggregation, Contribution, Event, Meter, MeterId

EPOCH = datetime.fromisoformat("2000-01-01T00:00:00Z")

type Place = tuple[MeterId, datetime, tuple[tuple[str, str], ...]]


def quarter(moment: datetime) -> datetime:
    """Return when the quarter of an hour began that a moment is in."""
    return moment - (moment - EPOCH) % BUCKET


def contributions(meters: Sequence[Meter], events: Iterable[Event]) -> list[Contribution]:
    """Return what events add to each quarter of an hour of each meter, in order."""
    by_name: dict[str, list[Meter]] = {}
    for meter in meters:
        by_name.setdefault(meter.event_name, []).append(meter)
    found: dict[Place, list[Contribution]] = {}
    for event in events:
        for meter in by_name.get(event.name, ()):
            if hold(meter.filter, seen(event)) and (one := _of(meter, event)):
                place = one.meter_id, one.bucket, tuple(sorted(one.dims.items()))
                found.setdefault(place, []).append(one)
    return [together(found[place]) for place in sorted(found)]


def _of(meter: Meter, event: Event) -> Contribution | None:
    """Return what one event adds; what can't be counted adds nothing, and is no error."""
    props = seen(event)
    place = Contribution.model_construct(
        meter_id=meter.id,
        bucket=quarter(event.time),
        dims={key: text(props.get(key)) for key in meter.dimensions},
        n=1,
    )
    if meter.aggregation == "unique":
        member = props.get(meter.property or "$subject")
        if member is None:
            return None
        return place.model_copy(update={"members": frozenset([text(member)])})
    value = Decimal(1) if meter.property is None else number(props.get(meter.property))
    if value is None:
        return None
    if meter.aggregation == "histogram":
        place.dims[STEP] = step(value)
    told = {"sum": value, "min": value, "max": value, "last": value, "last_time": event.time}
    return place.model_copy(update=told)


def together(many: Sequence[Contribution]) -> Contribution:
    """Return what all add to one place."""
    first = many[0]
    if len(many) == 1:
        return first
    latest = max(
        ((one.last_time, one.last) for one in many if one.last_time and one.last is not None),
        default=(None, None),
    )
    return first.model_copy(
        update={
            "n": sum(one.n for one in many),
            "sum": sum((one.sum for one in many), Decimal(0)),
            "min": min((one.min for one in many if one.min is not None), default=None),
            "max": max((one.max for one in many if one.max is not None), default=None),
            "last_time": latest[0],
            "last": latest[1],
            "members": frozenset[str]().union(*(one.members for one in many)),
        }
    )


class Sums:
    """How many there were in each quarter of an hour and what they add up to, of all dims."""

    def __init__(self) -> None:
        self._sums: dict[datetime, tuple[int, Decimal]] = {}

    @property
    def buckets(self) -> set[datetime]:
        return set(self._sums)

    def of(self, bucket: datetime) -> tuple[int, Decimal]:
        return self._sums.get(bucket, (0, Decimal(0)))

    def add(self, contributions: Iterable[Contribution]) -> None:
        for one in contributions:
            n, total = self.of(one.bucket)
            self._sums[one.bucket] = n + one.n, total + one.sum


def answerable(meter: Meter, wanted: Aggregation | None) -> Aggregation:
    """Return what a meter is asked for: its own, or what it knows beside; raise NotMetered."""
    known: tuple[Aggregation, ...]
    own: Aggregation
    match meter.aggregation:
        case "unique" | "count":
            own = meter.aggregation
            known = (own,)
        case "histogram":
            own = "p50"
            known = ("p50", "p90", "p95", "p99", "count")
        case _:
            own = meter.aggregation
            known = ("count", "sum", "avg", "min", "max", "last")
    if wanted is not None and wanted not in known:
        raise NotMetered(f"Ask this meter for one of: {', '.join(known)}.")
    return wanted or own


def apart(dims: Mapping[str, str]) -> dict[str, str]:
    """Return dims without the step of a histogram: there are as many of those as there are."""
    return {key: value for key, value in dims.items() if key != STEP}


def other(dims: Mapping[str, str]) -> dict[str, str]:
    """Return the dims of what is told apart no more."""
    return {key: value if key == STEP else OTHER for key, value in dims.items()}


def step(value: Decimal) -> str:
    """Return which step of a logarithmic histogram a value is on: 2 % above or below it at most.

    A step is 4.08 % higher than the one before (DDSketch, https://arxiv.org/abs/1908.10693).
    """
    if not value:
        return "0"
    sign = "-" if value < 0 else "+"
    return f"{sign}{ceil(log(abs(value)) / log(PRECISION))}"


def height(of: str) -> Decimal:
    """Return the value that stands for all on a step."""
    if of == "0":
        return Decimal(0)
    value = 2 * PRECISION ** int(of[1:]) / (PRECISION + 1)
    return Decimal(f"{value:.6g}") * (-1 if of[0] == "-" else 1)


def percentile(steps: Mapping[str, int], share: float) -> Decimal:
    """Return the value that such a share of all is not above."""
    heights = sorted((height(of), n) for of, n in steps.items())
    left = ceil(share * sum(steps.values()))
    for value, n in heights:
        left -= n
        if left <= 0:
            return value
    return heights[-1][0]


def number(value: object) -> Decimal | None:
    """Return a number as it was written; None for whatever is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def text(value: object) -> str:
    """Return a property as a group is called; what is not there is called nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return format(Decimal(str(value)), "f")  # as the database spells it
        case _:
            return str(value)


def seen(event: Event) -> Mapping[str, Any]:
    """Return what conditions and groups see of an event: its properties and attributes."""
    attributes = {
        "$name": event.name,
        "$subject": event.subject,
        "$session": event.session,
        "$source": event.source,
    }
    return event.props | {key: value for key, value in attributes.items() if value is not None}
