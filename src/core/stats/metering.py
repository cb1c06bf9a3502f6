"""What events add to meters: always as much as all events together would."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from functools import reduce
from itertools import chain
from math import ceil, log
from operator import itemgetter
from typing import Any

from core.stats.conditions import ATTRIBUTES, hold
from core.stats.constants import BUCKET, OTHER, PRECISION, STEP
from core.stats.exceptions import Unmetered
from core.stats.models import Aggregation, Contribution, Event, Meter

EPOCH = datetime.fromisoformat("2000-01-01T00:00:00Z")
HOUR = timedelta(hours=1)
ONE = Decimal(1)
EXACT = Context(prec=10_000)
"""Of 28 digits, as usual, sums of large and small numbers would be rounded."""


def quarter(moment: datetime) -> datetime:
    """Return when the quarter of an hour began that a moment is in."""
    return moment - (moment - EPOCH) % BUCKET


def hour(moment: datetime) -> datetime:
    """Return when the hour began, in UTC, that a moment is in."""
    return moment - (moment - EPOCH) % HOUR


def whole_hours(begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return where the whole hours of a range begin and end; both its end, where it has none."""
    first, last = hour(begin), hour(end)
    if first < begin:
        first += HOUR
    return (first, last) if first < last else (end, end)


def contributions(meters: Sequence[Meter], events: Iterable[Event]) -> list[Contribution]:
    """Return what events add to each quarter of an hour of each meter, in order."""
    by_name: dict[str, list[Metering]] = {}
    for meter in meters:
        by_name.setdefault(meter.event_name, []).append(Metering(meter))
    for event in events:
        for one in by_name.get(event.name, ()):
            one.add(event)
    metered = sorted(chain(*by_name.values()), key=lambda one: one.meter.id)
    return list(chain(*(one.contributions() for one in metered)))


class Adding:
    """What is added up of one place so far. Models for each event would cost five times as much."""

    __slots__ = ("last", "max", "members", "min", "n", "sum")

    def __init__(self) -> None:
        self.n = 0
        self.sum = Decimal(0)
        self.min: Decimal | None = None
        self.max: Decimal | None = None
        self.last: tuple[datetime, Decimal] | None = None
        self.members = set[str]()

    def value(self, time: datetime, value: Decimal) -> None:
        self.n += 1
        self.sum = EXACT.add(self.sum, value)
        self.min = value if self.min is None else min(self.min, value)
        self.max = value if self.max is None else max(self.max, value)
        self.last = (time, value) if self.last is None else max(self.last, (time, value))

    def member(self, member: str) -> None:
        self.n += 1
        self.members.add(member)


class Metering:
    """A meter at work on some events. What can't be counted adds nothing, and is no error."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        asked = (meter.property, *meter.dimensions, *(one.property for one in meter.filter))
        self._whole = meter.aggregation == "unique" or any(key in ATTRIBUTES for key in asked)
        self._places: defaultdict[tuple[datetime, tuple[str, ...]], Adding] = defaultdict(Adding)

    def add(self, event: Event) -> None:
        meter = self.meter
        props = seen(event) if self._whole else event.props
        if meter.filter and not hold(meter.filter, props):
            return
        dims = tuple(text(props.get(key)) for key in meter.dimensions)
        if meter.aggregation == "unique":
            member = props.get(meter.property or "$subject")
            if member is not None:
                self._places[quarter(event.time), dims].member(text(member))
            return
        value = ONE if meter.property is None else number(props.get(meter.property))
        if value is not None:
            if meter.aggregation == "histogram":
                dims = (*dims, step(value))
            self._places[quarter(event.time), dims].value(event.time, value)

    def contributions(self) -> Iterator[Contribution]:
        names = self.meter.dimensions
        if self.meter.aggregation == "histogram":
            names = (*names, STEP)
        for (bucket, dims), one in sorted(self._places.items(), key=itemgetter(0)):
            time, last = one.last or (None, None)
            yield Contribution(
                meter_id=self.meter.id,
                bucket=bucket,
                dims=dict(zip(names, dims, strict=True)),
                n=one.n,
                sum=one.sum,
                min=one.min,
                max=one.max,
                last_time=time,
                last=last,
                members=frozenset(one.members),
            )


def merged(many: Iterable[Contribution]) -> list[Contribution]:
    """Return what is added to each place once, in order."""
    places: defaultdict[tuple[object, ...], list[Contribution]] = defaultdict(list)
    for one in many:
        places[one.meter_id, one.bucket, tuple(sorted(one.dims.items()))].append(one)
    return [together(places[place]) for place in sorted(places)]


def by_hour(many: Iterable[Contribution]) -> list[Contribution]:
    """Return what is added to each hour, of what is added to its quarters."""
    return merged(one.model_copy(update={"bucket": hour(one.bucket)}) for one in many)


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
            "sum": total(one.sum for one in many),
            "min": min((one.min for one in many if one.min is not None), default=None),
            "max": max((one.max for one in many if one.max is not None), default=None),
            "last_time": latest[0],
            "last": latest[1],
            "members": frozenset[str]().union(*(one.members for one in many)),
        }
    )


def total(values: Iterable[Decimal]) -> Decimal:
    """Return what numbers add up to, to the last digit."""
    return reduce(EXACT.add, values, Decimal(0))


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
            n, known = self.of(one.bucket)
            self._sums[one.bucket] = n + one.n, total([known, one.sum])


def answerable(meter: Meter, wanted: Aggregation | None) -> Aggregation:
    """Return what a meter is asked for: its own, or what it knows beside; raise Unmetered."""
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
        raise Unmetered(f"Ask this meter for one of: {', '.join(known)}.")
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
            return format(Decimal(str(value or 0.0)), "f")  # as the database spells it
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
