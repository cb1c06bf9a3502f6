"""Time cut into parts that touch each other, in any zone, also when clocks are changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.stats import constants
from core.stats.exceptions import QueryTooExpensive, UnknownZone
from core.stats.models import Interval
from core.stats.schemas import Range, RetentionQuery

type Parts = list[tuple[datetime, datetime]]

LONGEST: dict[Interval, timedelta] = {
    "minute": timedelta(hours=6),
    "15m": timedelta(days=8),
    "hour": timedelta(days=31),
    "day": timedelta(days=400),
    "week": timedelta(days=5 * 366),
    "month": timedelta(days=5 * 366),
}
SHORT: dict[Interval, timedelta] = {
    "minute": timedelta(minutes=1),
    "15m": timedelta(minutes=15),
    "hour": timedelta(hours=1),
}


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone from None


def check(begin: datetime, end: datetime, interval: Interval | None) -> None:
    """Refuse what would be too many parts."""
    if interval is not None and end - begin > LONGEST[interval]:
        days = LONGEST[interval].days
        asked = f"{days} days" if days else "6 hours"
        raise QueryTooExpensive(f"By {interval} ask for {asked} at most, or for a longer interval.")


def floor(moment: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """Return when the part began that a moment is in, in UTC.

    Minutes to hours are cut in UTC, from the zone's own whole hour; days and longer where the
    calendar of the zone has them, so that a day may have 23 or 25 hours.
    """
    local = moment.astimezone(zone)
    if interval in SHORT:
        past = local.replace(minute=0, second=0, microsecond=0, fold=local.fold)
        passed = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        step = SHORT[interval]
        return past.astimezone(UTC) + (passed // step) * step
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval == "week":
        midnight -= timedelta(days=midnight.weekday())
    if interval == "month":
        midnight = midnight.replace(day=1)
    return midnight.astimezone(UTC)


def after(begin: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """Return when the part after this one begins, in UTC."""
    if interval in SHORT:
        return begin + SHORT[interval]
    local = begin.astimezone(zone).replace(fold=0)
    naive = local.replace(tzinfo=None)
    match interval:
        case "day":
            naive += timedelta(days=1)
        case "week":
            naive += timedelta(days=7)
        case _:
            naive = (naive.replace(day=1) + timedelta(days=32)).replace(day=1)
    return naive.replace(tzinfo=zone).astimezone(UTC)


def parts(
    begin: datetime, end: datetime, interval: Interval, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of a range: they touch, and together they are all of it."""
    at = floor(begin, interval, zone)
    while at < end:
        following = after(at, interval, zone)
        yield max(at, begin), min(following, end)
        at = following


def cut(asked: Range) -> Parts:
    """Return the parts that are asked for; raise UnknownZone, QueryTooExpensive."""
    zone = zone_of(asked.tz)
    check(asked.begin, asked.end, asked.interval)
    if asked.interval is None:
        return [(asked.begin, asked.end)]
    found = list(parts(asked.begin, asked.end, asked.interval, zone))
    if len(found) > constants.CELLS:
        raise QueryTooExpensive
    return found


def periods(asked: RetentionQuery) -> Parts:
    """Return the periods of a range; raise UnknownZone, QueryTooExpensive."""
    zone = zone_of(asked.tz)
    check(asked.begin, asked.end, asked.period)
    found = list(parts(asked.begin, asked.end, asked.period, zone))
    if len(found) > constants.PERIODS:
        raise QueryTooExpensive(f"Ask for {constants.PERIODS} periods at most, or for longer ones.")
    return found


def bounds(cut_up: Parts) -> list[datetime]:
    """Return where parts begin, and where the last one ends."""
    return [*(begin for begin, _ in cut_up), cut_up[-1][1]]


def latest(
    length: timedelta, interval: Interval | None, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime]:
    """Return the last so long, in whole parts, or hours where it is not cut; one isn't over yet.

    It is no longer than may be asked for: so long by the clock may be an hour more.
    """
    step: Interval = interval or "hour"
    end = after(floor(now, step, zone), step, zone)
    if interval is None or interval in SHORT:
        return end - length, end
    local = end.astimezone(zone).replace(tzinfo=None) - length
    begin = floor(local.replace(tzinfo=zone).astimezone(UTC), interval, zone)
    return max(begin, end - LONGEST[interval]), end


def before[R: Range](asked: R) -> R:
    """Return the question of the time as long before, by the clock of its zone."""
    zone = zone_of(asked.tz)
    begin, end = (one.astimezone(zone).replace(tzinfo=None) for one in (asked.begin, asked.end))
    earlier = (begin - (end - begin)).replace(tzinfo=zone).astimezone(UTC)
    return asked.model_copy(update={"begin": earlier, "end": asked.begin})
