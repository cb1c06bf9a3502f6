"""Time is cut without a gap and without a lap, in any zone, also when clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stats import identity, metering, timing
from core.stats.exceptions import QueryTooExpensive, UnknownZone
from core.stats.models import Interval

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"),
)
INTERVALS: tuple[Interval, ...] = ("minute", "15m", "hour", "day", "week", "month")
moments = st.datetimes(
    datetime.fromisoformat("2011-01-01"),
    datetime.fromisoformat("2030-01-01"),
    timezones=st.just(UTC),
)
lengths = {
    "minute": timedelta(hours=3),
    "15m": timedelta(days=2),
    "hour": timedelta(days=5),
    "day": timedelta(days=50),
    "week": timedelta(days=200),
    "month": timedelta(days=800),
}


@given(begin=moments, share=st.floats(0.0001, 1), zone=st.sampled_from(ZONES), data=st.data())
def test_parts_tile_a_range(begin: datetime, share: float, zone: str, data: st.DataObject) -> None:
    interval = data.draw(st.sampled_from(INTERVALS))
    end = begin + max(lengths[interval] * share, timedelta(seconds=1))

    parts = list(timing.parts(begin, end, interval, ZoneInfo(zone)))

    assert parts[0][0] == begin
    assert parts[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    assert all(first < last for first, last in parts)


@given(moment=moments, zone=st.sampled_from(ZONES))
def test_days_begin_at_midnight_where_they_are(moment: datetime, zone: str) -> None:
    begin = timing.floor(moment, "day", ZoneInfo(zone))
    following = timing.after(begin, "day", ZoneInfo(zone))

    assert begin <= moment < following
    local = following.astimezone(ZoneInfo(zone))
    assert (local.minute, local.second) in {(0, 0), (30, 0)} or zone == "America/St_Johns"


def test_a_day_has_as_many_hours_as_the_clock_says() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)

    assert timing.after(spring, "day", berlin) - spring == timedelta(hours=23)
    assert timing.after(autumn, "day", berlin) - autumn == timedelta(hours=25)


def test_hours_begin_where_the_zone_has_them() -> None:
    moment = datetime(2026, 5, 1, 12, 10, tzinfo=UTC)  # 17:40 in India

    assert timing.floor(moment, "hour", ZoneInfo("Asia/Kolkata")) == moment.replace(
        hour=11, minute=30
    )


def test_no_zone_is_no_zone() -> None:
    for wrong in ("", "Berlin", "../etc/passwd", "UTC\0", "Europe/Berlin2", "/etc/localtime"):
        with pytest.raises(UnknownZone):
            timing.zone_of(wrong)


def test_too_many_parts_are_refused() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(QueryTooExpensive):
        timing.check(begin, begin + timedelta(hours=7), "minute")
    timing.check(begin, begin + timedelta(hours=6), "minute")


@given(moment=moments)
def test_a_uuid7_tells_its_millisecond(moment: datetime) -> None:
    milliseconds = int(moment.timestamp() * 1000)
    made = (milliseconds << 80) | (7 << 76) | (2 << 62)
    told = identity.embedded_time(UUID(int=made))

    assert told is not None
    assert int(told.timestamp() * 1000 + 0.5) == milliseconds


@given(moment=moments)
def test_quarters_begin_at_quarters(moment: datetime) -> None:
    begin = metering.quarter(moment)

    assert begin <= moment < begin + timedelta(minutes=15)
    assert (begin.minute % 15, begin.second, begin.microsecond) == (0, 0, 0)
