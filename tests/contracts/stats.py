"""What every adapter must do that keeps events and numbers."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from bootstrap import Container
from core.models import OrganizationId
from core.stats import constants, metering
from core.stats.conditions import Condition
from core.stats.exceptions import MeterNotFound, MeterTaken, TooManyAlerts, TooManyMeters
from core.stats.models import Alert, AlertId, Contribution, Event, EventId, Meter, MeterId
from core.stats.questions import Cell, FunnelQuestion, Question, RetentionQuestion, Step
from core.stats.selections import Selection
from tests.contracts.founding import founded
from tests.factories import new_id

BEGIN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
HOUR = timedelta(hours=1)


async def organization(container: Container) -> OrganizationId:
    return (await founded(container))[0].id


def event(organization_id: OrganizationId, **about: Any) -> Event:
    known: dict[str, Any] = {
        "id": EventId(new_id()),
        "organization_id": organization_id,
        "name": "order.placed",
        "time": BEGIN,
    }
    return Event.model_validate(known | about)


def is_(key: str, op: str, value: Any) -> Condition:
    return Condition.model_validate({"property": key, "op": op, "value": value})


def meter(organization_id: OrganizationId, **about: Any) -> Meter:
    known: dict[str, Any] = {
        "id": MeterId(new_id()),
        "organization_id": organization_id,
        "slug": "orders",
        "event_name": "order.placed",
        "aggregation": "count",
        "created_at": BEGIN,
    }
    return Meter.model_validate(known | about)


class StatsEventsContract:
    async def test_an_event_is_kept_once(self, container: Container) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        one = event(organization_id, subject="ada", props={"a": 1, "b": "ä", "c": None, "d": True})
        other = event(organization_id, time=BEGIN + HOUR)

        assert await events.append([one, other, one]) == {
            (one.time, one.id),
            (other.time, other.id),
        }
        assert await events.append([one]) == set()
        assert await events.append([one.evolve(time=BEGIN + HOUR)]) != set()  # another time
        kept = await events.get(organization_id, one.id, one.time)
        assert kept is not None
        assert kept.evolve(received_at=None) == one
        stranger = await organization(container)
        assert await events.get(stranger, one.id, one.time) is None

    async def test_of_many_who_send_the_same_each_event_is_new_once(
        self, container: Container
    ) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        sent = [event(organization_id, time=BEGIN + n * HOUR / 60) for n in range(40)]

        async def send(order: list[Event]) -> int:
            return len(await events.append(order))

        told = await asyncio.gather(*(send(sent[n:] + sent[:n]) for n in (0, 10, 20, 30)))

        assert sum(told) == 40

    async def test_events_come_page_by_page_the_newest_first(self, container: Container) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        made = [event(organization_id, time=BEGIN + n * HOUR) for n in (0, 1, 1, 2)]
        await events.append(made)
        await events.append([event(organization_id, name="other", subject="bob")])
        await events.append([event(await organization(container))])
        expected = sorted(made, key=lambda one: (one.time, one.id), reverse=True)

        orders = Selection(name="order.placed")
        first = await events.page(organization_id, orders, limit=3)
        assert [one.id for one in first] == [one.id for one in expected[:3]]
        last = first[-1]
        rest = await events.page(organization_id, orders, limit=3, before=(last.time, last.id))
        assert [one.id for one in rest] == [one.id for one in expected[3:]]
        for selection, number in (
            (Selection(subject="bob"), 1),
            (Selection(), 5),
            (Selection(begin=BEGIN + HOUR), 3),
            (Selection(begin=BEGIN + HOUR, end=BEGIN + 2 * HOUR), 2),
            (Selection(received_before=await self.received(container, organization_id)), 4),
        ):
            found = await events.page(organization_id, selection, limit=9)
            assert len(found) == number, selection

    async def received(self, container: Container, organization_id: OrganizationId) -> datetime:
        [one] = await container.stats_events().page(
            organization_id, Selection(subject="bob"), limit=2
        )
        assert one.received_at is not None
        return one.received_at

    async def test_what_somebody_did_is_forgotten(self, container: Container) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        stranger = await organization(container)
        await events.append([event(organization_id, subject=who) for who in ("ada", "ada", "bob")])
        await events.append([event(stranger, subject="ada")])

        assert await events.erase(organization_id, "ada") == 2

        left = await events.page(organization_id, Selection(), limit=9)
        assert [one.subject for one in left] == ["bob"]
        assert len(await events.page(stranger, Selection(), limit=9)) == 1


class EventNamesContract:
    async def test_names_are_told_the_most_frequent_first(self, container: Container) -> None:
        names, organization_id = container.event_names(), await organization(container)
        await container.stats_events().append(
            [event(organization_id, name=name) for name in ("b", "b", "a")]
            + [event(organization_id, name="b", time=BEGIN + 9 * HOUR)]
        )
        for seen in ({"b": BEGIN, "a": BEGIN}, {"b": BEGIN + 9 * HOUR}, {"b": BEGIN + HOUR}):
            assert await names.admit(organization_id, seen) == set()

        told = await names.all(organization_id, BEGIN, BEGIN + HOUR)
        assert [(one.name, one.count) for one in told] == [("b", 2), ("a", 1)]
        assert (told[0].first_seen, told[0].last_seen) == (BEGIN, BEGIN + 9 * HOUR)
        later = await names.all(organization_id, BEGIN + HOUR, BEGIN + 10 * HOUR)
        assert [(one.name, one.count) for one in later] == [("b", 1), ("a", 0)]
        assert await names.all(await organization(container), BEGIN, BEGIN + HOUR) == []

    async def test_there_are_so_many_names_and_no_more(
        self, container: Container, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(constants, "NAMES", 3)
        names, organization_id = container.event_names(), await organization(container)

        assert await names.admit(organization_id, dict.fromkeys("ab", BEGIN)) == set()
        assert await names.admit(organization_id, dict.fromkeys("abcde", BEGIN)) == {"d", "e"}
        assert await names.admit(organization_id, dict.fromkeys("bcd", BEGIN + 2 * HOUR)) == {"d"}
        assert await names.admit(await organization(container), {"d": BEGIN}) == set()

    async def test_properties_are_told_by_how_often_they_are_there(
        self, container: Container
    ) -> None:
        organization_id = await organization(container)
        told = ({"a": 1, "b": "x"}, {"a": 2.5, "c": None}, {"a": "x", "b": True})
        await container.stats_events().append([event(organization_id, props=one) for one in told])

        found = await container.event_names().props(organization_id, "order.placed")

        assert [(one.key, one.count, one.kinds) for one in found] == [
            ("a", 3, ("number", "text")),
            ("b", 2, ("boolean", "text")),
            ("c", 1, ("null",)),
        ]


class StatsNumbersContract:
    @pytest.fixture
    async def organization_id(self, container: Container) -> OrganizationId:
        """Somebody to whom this happened, and a stranger to whom other things did."""
        organization_id = await organization(container)
        told = (
            (0, "ada", {"amount": 5, "country": "de"}),
            (0, "ada", {"amount": 2.5, "country": "at"}),
            (1, "bob", {"amount": "much", "country": "de"}),
            (3, None, {"amount": -1, "country": "de", "vip": True}),
        )
        await container.stats_events().append(
            [
                event(organization_id, time=BEGIN + hour * HOUR, subject=subject, props=props)
                for hour, subject, props in told
            ]
        )
        await container.stats_events().append([event(await organization(container))])
        return organization_id

    async def ask(
        self, container: Container, organization_id: OrganizationId, hours: int = 4, **about: Any
    ) -> list[Cell]:
        question = Question.model_validate(
            {
                "organization_id": organization_id,
                "event": "order.placed",
                "begin": BEGIN,
                "end": BEGIN + hours * HOUR,
            }
            | about
        )
        bounds = [BEGIN + n * HOUR for n in range(hours + 1)]
        return await container.stats_numbers().cells(question, bounds, groups=9)

    @pytest.mark.parametrize(
        ("about", "expected"),
        [
            ({}, {None: 4, 0: 2, 1: 1, 3: 1}),
            ({"aggregation": "unique"}, {None: 2, 0: 1, 1: 1}),
            ({"aggregation": "sum", "property": "amount"}, {None: 6.5, 0: 7.5, 3: -1}),
            ({"aggregation": "avg", "property": "amount"}, {None: 13 / 6, 0: 3.75, 3: -1}),
            ({"aggregation": "min", "property": "amount"}, {None: -1, 0: 2.5, 3: -1}),
            ({"aggregation": "max", "property": "amount"}, {None: 5, 0: 5, 3: -1}),
            ({"aggregation": "last", "property": "amount"}, {None: -1, 0: 5, 3: -1}),
            ({"aggregation": "p50", "property": "amount"}, {None: 2.5, 0: 2.5, 3: -1}),
            ({"aggregation": "p90", "property": "amount"}, {None: 5, 0: 5, 3: -1}),
            ({"aggregation": "unique", "property": "country"}, {None: 2, 0: 2, 1: 1, 3: 1}),
            ({"filter": [is_("country", "eq", "de")]}, {None: 3, 0: 1, 1: 1, 3: 1}),
            ({"filter": [is_("country", "ne", "de")]}, {None: 1, 0: 1}),
            ({"filter": [is_("country", "in", ["at", "ch"])]}, {None: 1, 0: 1}),
            ({"filter": [is_("amount", "gt", 2.5)]}, {None: 1, 0: 1}),
            ({"filter": [is_("amount", "lte", 2.5)]}, {None: 2, 0: 1, 3: 1}),
            ({"filter": [is_("amount", "gte", "a")]}, {None: 1, 1: 1}),
            ({"filter": [is_("vip", "exists", True)]}, {None: 1, 3: 1}),
            ({"filter": [is_("vip", "exists", False)]}, {None: 3, 0: 2, 1: 1}),
            ({"filter": [is_("vip", "eq", True)]}, {None: 1, 3: 1}),
            ({"filter": [is_("vip", "ne", True)]}, {None: 3, 0: 2, 1: 1}),
            ({"filter": [is_("amount", "eq", "5")]}, {}),
            ({"filter": [is_("country", "starts_with", "d")]}, {None: 3, 0: 1, 1: 1, 3: 1}),
            ({"filter": [is_("$subject", "eq", "ada")]}, {None: 2, 0: 2}),
            ({"filter": [is_("$session", "exists", True)]}, {}),
            (
                {"filter": [is_("country", "eq", "de"), is_("amount", "gt", 0)]},
                {None: 1, 0: 1},
            ),
            ({"event": "nothing"}, {}),
            ({"event": None}, {None: 4, 0: 2, 1: 1, 3: 1}),
        ],
    )
    async def test_numbers_of_parts(
        self,
        container: Container,
        organization_id: OrganizationId,
        about: dict[str, Any],
        expected: dict[int | None, float],
    ) -> None:
        cells = await self.ask(container, organization_id, **about)

        assert {one.part: float(one.value) for one in cells} == pytest.approx(expected)
        assert {one.group for one in cells} <= {()}

    async def test_numbers_of_groups(
        self, container: Container, organization_id: OrganizationId
    ) -> None:
        cells = await self.ask(container, organization_id, group_by=("country",))
        assert [(one.part, one.group, one.n) for one in cells] == [
            (None, ("de",), 3),
            (0, ("de",), 1),
            (1, ("de",), 1),
            (3, ("de",), 1),
            (None, ("at",), 1),
            (0, ("at",), 1),
        ]
        unset = await self.ask(container, organization_id, group_by=("vip", "country"))
        assert {one.group for one in unset} == {("", "at"), ("", "de"), ("true", "de")}
        whose = await self.ask(container, organization_id, group_by=("$subject", "$name"))
        assert {one.group for one in whose} == {
            ("ada", "order.placed"),
            ("bob", "order.placed"),
            ("", "order.placed"),
        }

    async def test_of_many_groups_the_largest_are_told(
        self, container: Container, organization_id: OrganizationId
    ) -> None:
        for number in range(5):
            props = {"amount": number, "country": f"c{number}"}
            await container.stats_events().append([event(organization_id, props=props)])

        question = Question(
            organization_id=organization_id,
            aggregation="sum",
            property="amount",
            begin=BEGIN,
            end=BEGIN + 4 * HOUR,
            group_by=("country",),
        )
        bounds = [BEGIN, BEGIN + 4 * HOUR]
        cells = await container.stats_numbers().cells(question, bounds, groups=3)

        whole = [(one.group[0], int(one.value)) for one in cells if one.part is None]
        assert whole == [("c4", 4), ("de", 4), ("c3", 3)]

    async def test_the_end_is_no_part_of_it(
        self, container: Container, organization_id: OrganizationId
    ) -> None:
        cells = await self.ask(container, organization_id, hours=3)

        assert [one.part for one in cells] == [None, 0, 1]


class StatsMetersContract:
    async def test_meters_are_kept_listed_and_forgotten(self, container: Container) -> None:
        meters, organization_id = container.stats_meters(), await organization(container)
        stranger = await organization(container)
        made = meter(organization_id, dimensions=("country",))
        other = meter(organization_id, slug="amounts", aggregation="sum", property="amount")
        for one in (made, other):
            await meters.add(one, most=9)
        with pytest.raises(MeterTaken):
            await meters.add(made.evolve(id=new_id()), most=9)
        with pytest.raises(TooManyMeters):
            await meters.add(meter(organization_id, slug="third"), most=2)

        kept = await meters.all(organization_id)
        assert [one.evolve(active_from=None) for one in kept] == [other, made]
        found = await meters.get(organization_id, "orders")
        assert found == kept[1]
        assert await meters.get(stranger, "orders") is None
        assert not await meters.remove(stranger, made.id)
        assert await meters.remove(organization_id, made.id)
        assert [one.slug for one in await meters.all(organization_id)] == ["amounts"]

    async def test_a_meter_that_begins_again_forgets(self, container: Container) -> None:
        meters, organization_id = container.stats_meters(), await organization(container)
        made = meter(organization_id, dimensions=("country",), state="active")
        await meters.add(made, most=9)
        before = await meters.get(organization_id, "orders")
        assert before is not None
        events = [event(organization_id, props={"country": "de"})]
        added = metering.contributions([made], events)
        async with container.transaction()():
            await container.rollups().add(organization_id, added)

        condition = Condition(property="country", value="de")
        anew = made.evolve(version=2, dimensions=(), filter=(condition,)).anew()
        async with container.transaction()():
            await meters.lock(organization_id)
            await meters.put(anew, restart=True)

        after = await meters.get(organization_id, "orders")
        assert after is not None
        assert after.active_from is not None
        assert before.active_from is not None
        assert after.active_from > before.active_from
        assert after.evolve(active_from=None) == anew
        assert await container.rollups().between(after, BEGIN - HOUR, BEGIN + HOUR) == []
        await meters.put(after.evolve(state="active", built_until=BEGIN))
        kept = await meters.get(organization_id, "orders", hold=True)
        assert kept == after.evolve(state="active", built_until=BEGIN)


AGGREGATIONS = ("count", "sum", "avg", "min", "max", "last", "unique", "histogram")


class RollupsContract:
    async def test_what_is_added_is_what_the_events_say(self, container: Container) -> None:
        organization_id = await organization(container)
        meters = [
            meter(
                organization_id,
                slug=aggregation,
                aggregation=aggregation,
                property=None if aggregation in {"count", "unique"} else "amount",
                dimensions=("country",),
                filter=[is_("country", "ne", "ch")],
            )
            for aggregation in AGGREGATIONS
        ]
        for one in meters:
            await container.stats_meters().add(one, most=9)
        events = [
            event(
                organization_id,
                time=BEGIN + n * HOUR / 7,
                subject=f"user-{n % 11}",
                props={"amount": n / 4 - 1, "country": ("de", "at", "ch")[n % 3]}
                if n % 5
                else {"amount": "none"},
            )
            for n in range(60)
        ]
        await container.stats_events().append(events)
        for some in (events[:25], events[25:]):
            async with container.transaction()():
                added = metering.contributions(meters, some)
                await container.rollups().add(organization_id, added)

        hours, quarter = [BEGIN + n * HOUR for n in range(7)], HOUR / 4
        between_hours = [BEGIN - quarter, *hours[1:-1], BEGIN + 7 * HOUR + quarter]
        quarters = [BEGIN + quarter + n * HOUR for n in range(7)]
        within_an_hour = [BEGIN + quarter, BEGIN + 3 * quarter]
        for one, bounds in product(meters, (hours, between_hours, quarters, within_an_hour)):
            asked = metering.answerable(one, None)
            for group in ((), ("country",)):
                question = Question(
                    organization_id=organization_id,
                    event=one.event_name,
                    aggregation=asked,
                    property=one.property,
                    begin=bounds[0],
                    end=bounds[-1],
                    group_by=group,
                    filter=one.filter,
                )
                raw = await container.stats_numbers().cells(question, bounds, groups=9)
                told = await container.rollups().cells(one, asked, bounds, group, groups=9)
                assert raw
                assert told
                if one.aggregation == "histogram":
                    _about_the_same(raw, told)
                else:
                    assert told == raw, (one.aggregation, group)
            of_quarters = await container.rollups().between(one, hours[0], hours[-1])
            of_hours = await container.rollups().between(one, hours[0], hours[-1], hourly=True)
            assert _by_place(of_hours) == _by_place(metering.by_hour(of_quarters))
        empty = [hours[1], hours[1], hours[2], hours[2]]
        cells = await container.rollups().cells(meters[0], "count", empty, (), groups=9)
        assert [cell.part for cell in cells] == [None, 1]

    async def test_of_too_many_dims_all_further_ones_are_one(
        self, container: Container, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(constants, "COMBINATIONS", 3)
        organization_id = await organization(container)
        counted = meter(organization_id, dimensions=("user",), aggregation="unique")
        summed = meter(
            organization_id, slug="sums", dimensions=("user",), aggregation="sum", property="amount"
        )
        for one in (counted, summed):
            await container.stats_meters().add(one, most=9)
        events = [
            event(organization_id, subject=f"s{n}", props={"user": f"u{n % 6}", "amount": n})
            for n in range(12)
        ]
        for some in (events[:2], events[2:7], events[7:]):
            async with container.transaction()():
                added = metering.contributions([counted, summed], some)
                await container.rollups().add(organization_id, added)

        bounds = [BEGIN, BEGIN + HOUR]
        for one, whole in ((counted, 12), (summed, 66)):
            asked = metering.answerable(one, None)
            cells = await container.rollups().cells(one, asked, bounds, ("user",), groups=99)
            totals = {cell.group[0]: cell.value for cell in cells if cell.part is None}
            assert set(totals) == {"u0", "u1", "u2", "$other"}
            assert sum(totals.values()) == whole


def _by_place(many: Iterable[Contribution]) -> list[Contribution]:
    told = (one.model_copy(update={"members": frozenset()}) for one in many)
    return sorted(told, key=lambda one: (one.bucket, sorted(one.dims.items())))


def _about_the_same(raw: list[Cell], told: list[Cell]) -> None:
    expected = {(one.part, one.group): float(one.value) for one in raw}
    found = {(one.part, one.group): float(one.value) for one in told}
    assert found == pytest.approx(expected, rel=0.021)


class JourneysContract:
    async def happened(self, container: Container, *told: tuple[str, str, float]) -> OrganizationId:
        """Somebody to whom it happened: what, to whom, in which hour."""
        organization_id = await organization(container)
        await container.stats_events().append(
            [
                event(
                    organization_id,
                    name=name.partition(":")[0],
                    subject=subject or None,
                    time=BEGIN + hour * HOUR,
                    props={"plan": name.partition(":")[2]},
                )
                for name, subject, hour in told
            ]
        )
        stranger = await organization(container)
        await container.stats_events().append(
            [event(stranger, name="visit", subject="eve"), event(stranger, name="buy")]
        )
        return organization_id

    async def test_steps_are_taken_one_after_another(self, container: Container) -> None:
        organization_id = await self.happened(
            container,
            *[("visit", "ada", 0), ("sign_up", "ada", 1), ("buy:pro", "ada", 2)],
            *[("visit", "bob", 0), ("buy:pro", "bob", 1), ("sign_up", "bob", 2)],  # not in order
            *[("visit", "eve", 0), ("sign_up", "eve", 9), ("buy:pro", "eve", 10)],  # too late
            *[("visit", "eve", 8.5), ("buy:basic", "eve", 9.5)],  # came again, and was in time
            *[("sign_up", "dan", 0), ("buy:pro", "dan", 1)],  # never began
            *[("visit", "", 0), ("sign_up", "", 1)],  # nobody
        )

        async def reached(*steps: Step, hours: float = 4) -> list[int]:
            return await container.journeys().funnel(
                FunnelQuestion(
                    organization_id=organization_id,
                    steps=steps,
                    window=hours * HOUR,
                    begin=BEGIN,
                    end=BEGIN + 24 * HOUR,
                )
            )

        visit, sign_up, buy = (Step(event=name) for name in ("visit", "sign_up", "buy"))
        pro = Step(event="buy", filter=(Condition(property="plan", value="pro"),))
        assert await reached(visit, sign_up, buy) == [3, 3, 2]
        assert await reached(visit, sign_up, buy, hours=1) == [3, 2, 1]
        assert await reached(visit, sign_up, pro, hours=1.5) == [3, 2, 1]
        assert await reached(visit, visit) == [3, 0]
        assert await reached(visit, visit, hours=9) == [3, 1]
        assert await reached(Step(event="nothing"), buy) == [0, 0]

    async def test_who_was_new_comes_back(self, container: Container) -> None:
        organization_id = await self.happened(
            container,
            *[("visit", "ada", 0), ("visit", "ada", 0.5), ("visit", "ada", 1), ("buy", "ada", 2)],
            *[("visit", "bob", 0.2), ("buy", "bob", 2.5), ("buy", "bob", 2.6)],
            *[("buy", "eve", 0), ("visit", "eve", 1), ("buy", "eve", 1.5)],
            *[("visit", "", 0), ("buy", "dan", 1)],
        )
        bounds = [BEGIN + n * HOUR for n in range(4)]

        async def back(first: str, again: str) -> dict[tuple[int, int | None], int]:
            question = RetentionQuestion(
                organization_id=organization_id, first=Step(event=first), again=Step(event=again)
            )
            found = await container.journeys().retention(question, bounds)
            return {(one.cohort, one.later): one.n for one in found}

        assert await back("visit", "buy") == {(0, None): 2, (0, 2): 2, (1, None): 1, (1, 0): 1}
        assert await back("visit", "visit") == {
            (0, None): 2,
            (0, 0): 2,
            (0, 1): 1,
            (1, None): 1,
            (1, 0): 1,
        }
        assert await back("nothing", "buy") == {}


def alert(organization_id: OrganizationId, **about: Any) -> Alert:
    known: dict[str, Any] = {
        "id": AlertId(new_id()),
        "organization_id": organization_id,
        "title": "A good day",
        "meter": "orders",
        "aggregation": "count",
        "above": Decimal("2.5"),
        "window": "day",
        "tz": "Europe/Berlin",
        "created_at": BEGIN,
    }
    return Alert.model_validate(known | about)


class AlertsContract:
    async def test_alerts_are_kept_and_go_with_their_meter(self, container: Container) -> None:
        alerts, organization_id = container.alerts(), await organization(container)
        stranger = await organization(container)
        made = meter(organization_id)
        await container.stats_meters().add(made, most=9)
        one, other = alert(organization_id), alert(organization_id, above=None, below=Decimal(1))

        for each in (one, other):
            await alerts.add(each, most=2)
        with pytest.raises(TooManyAlerts):
            await alerts.add(alert(organization_id), most=2)
        with pytest.raises(MeterNotFound):
            await alerts.add(alert(stranger), most=2)
        fired = one.evolve(state="firing", value=Decimal(3), changed_at=BEGIN)
        await alerts.put(fired)

        assert await alerts.of(organization_id) == [fired, other]
        assert await alerts.of(stranger) == []
        ours = [
            each for each in await alerts.page(None, limit=999) if each.id in {one.id, other.id}
        ]
        assert ours == [fired, other]
        assert one.id not in {each.id for each in await alerts.page(one.id, limit=999)}
        assert not await alerts.remove(stranger, other.id)
        assert await alerts.remove(organization_id, other.id)
        await container.stats_meters().remove(organization_id, made.id)
        assert await alerts.of(organization_id) == []
