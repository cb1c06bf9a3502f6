"""What events add to meters: always as much as all events together would."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from core.stats.constants import BUCKET
from core.stats.models import Contribution, Event, Meter, MeterId

EPOCH = datetime.fromisoformat("2000-01-01T00:00:00Z")

type Place = tuple[MeterId, datetime, tuple[tuple[str, str], ...]]


def quarter(moment: datetime) -> datetime:
    """Return when the quarter of an hour began that a moment is in."""
    return moment - (moment - EPOCH) % BUCKET


def contributions(meters: Sequence[Meter], events: Iterable[Event]) -> list[Contribution]:
    """Return what events add to each quarter of an hour of each meter, in order."""
    found: dict[Place, Contribution] = {}
    for event in events:
        for meter in meters:
            if meter.event_name != event.name:
                continue
            value = _value(meter, event)
            if value is None:
                continue  # what can't be added up is no reason to lose the event
            dims = {key: text(event.props.get(key)) for key in meter.dimensions}
            place = meter.id, quarter(event.time), tuple(sorted(dims.items()))
            one = Contribution(
                meter_id=meter.id,
                bucket=place[1],
                dims=dims,
                n=1,
                sum=value,
                min=value,
                max=value,
            )
            found[place] = together(found[place], one) if place in found else one
    return [found[place] for place in sorted(found)]


def together(one: Contribution, other: Contribution) -> Contribution:
    """Return what both add."""
    lowest = [value for value in (one.min, other.min) if value is not None]
    highest = [value for value in (one.max, other.max) if value is not None]
    return one.evolve(
        n=one.n + other.n,
        sum=one.sum + other.sum,
        min=min(lowest, default=None),
        max=max(highest, default=None),
    )


def _value(meter: Meter, event: Event) -> Decimal | None:
    if meter.property is None:
        return Decimal(1)
    return number(event.props.get(meter.property))


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
