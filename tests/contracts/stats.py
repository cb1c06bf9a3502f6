"""What every adapter must do that keeps events and numbers."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bootstrap import Container
from core.models import OrganizationId
from core.stats import metering
from core.stats.exceptions import MeterTaken, TooManyMeters
from core.stats.models import Cell, Event, EventId, Meter, MeterId, Question
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
        "received_at": BEGIN,
    }
    return Event.model_validate(known | about)


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
        assert await events.get(organization_id, one.id, one.time) == one
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
        await events.append([*made, event(organization_id, name="other", subject="bob")])
        await events.append([event(await organization(container))])
        expected = sorted(made, key=lambda one: (one.time, one.id), reverse=True)

        first = await events.page(organization_id, limit=3, name="order.placed")
        assert first == expected[:3]
        last = first[-1]
        rest = await events.page(
            organization_id, limit=3, name="order.placed", before=(last.time, last.id)
        )
        assert rest == expected[3:]
        assert len(await events.page(organization_id, limit=9, subject="bob")) == 1

    async def test_what_somebody_did_is_forgotten(self, container: Container) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        stranger = await organization(container)
        await events.append([event(organization_id, subject=who) for who in ("ada", "ada", "bob")])
        await events.append([event(stranger, subject="ada")])

        assert await events.erase(organization_id, "ada") == 2

        left = await events.page(organization_id, limit=9)
        assert [one.subject for one in left] == ["bob"]
        assert len(await events.page(stranger, limit=9)) == 1

    async def test_names_are_told_the_most_frequent_first(self, container: Container) -> None:
        events, organization_id = container.stats_events(), await organization(container)
        await events.append(
            [event(organization_id, name=name) for name in ("b", "b", "a")]
            + [event(organization_id, name="b", time=BEGIN + HOUR)]
        )

        names = await events.names(organization_id)

        assert [(one.name, one.count) for one in names] == [("b", 3), ("a", 1)]
        assert (names[0].first_seen, names[0].last_seen) == (BEGIN, BEGIN + HOUR)


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
        return await container.stats_numbers().cells(question, bounds)

    @pytest.mark.parametrize(
        ("about", "expected"),
        [
            ({}, {0: 2, 1: 1, 3: 1}),
            ({"aggregation": "unique"}, {0: 1, 1: 1, 3: 0}),
            ({"aggregation": "sum", "property": "amount"}, {0: 7.5, 3: -1}),
            ({"aggregation": "avg", "property": "amount"}, {0: 3.75, 3: -1}),
            ({"aggregation": "min", "property": "amount"}, {0: 2.5, 3: -1}),
            ({"aggregation": "max", "property": "amount"}, {0: 5, 3: -1}),
            ({"where": {"country": "de"}}, {0: 1, 1: 1, 3: 1}),
            ({"where": {"country": "de", "vip": "true"}}, {3: 1}),
            ({"event": "nothing"}, {}),
            ({"event": None}, {0: 2, 1: 1, 3: 1}),
        ],
    )
    async def test_numbers_of_parts(
        self,
        container: Container,
        organization_id: OrganizationId,
        about: dict[str, Any],
        expected: dict[int, float],
    ) -> None:
        cells = await self.ask(container, organization_id, **about)

        assert {one.part: float(one.value) for one in cells} == expected
        assert {one.group for one in cells} <= {()}

    async def test_numbers_of_groups(
        self, container: Container, organization_id: OrganizationId
    ) -> None:
        cells = await self.ask(container, organization_id, group_by=("country",))
        assert [(one.part, one.group, one.n) for one in cells] == [
            (0, ("at",), 1),
            (0, ("de",), 1),
            (1, ("de",), 1),
            (3, ("de",), 1),
        ]
        unset = await self.ask(container, organization_id, group_by=("vip", "country"))
        assert {one.group for one in unset} == {("", "at"), ("", "de"), ("true", "de")}

    async def test_the_end_is_no_part_of_it(
        self, container: Container, organization_id: OrganizationId
    ) -> None:
        cells = await self.ask(container, organization_id, hours=3)

        assert [one.part for one in cells] == [0, 1]


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

        assert await meters.all(organization_id) == [other, made]
        assert await meters.get(organization_id, "orders") == made
        assert await meters.get(stranger, "orders") is None
        assert not await meters.remove(stranger, made.id)
        assert await meters.remove(organization_id, made.id)
        assert await meters.all(organization_id) == [other]


class RollupsContract:
    async def test_what_is_added_is_what_the_events_say(self, container: Container) -> None:
        organization_id = await organization(container)
        counted = meter(organization_id, dimensions=("country",))
        added = meter(organization_id, slug="sums", aggregation="sum", property="amount")
        for one in (counted, added):
            await container.stats_meters().add(one, most=9)
        events = [
            event(
                organization_id,
                time=BEGIN + n * HOUR / 7,
                props={"amount": Decimal(n) / 4, "country": "de" if n % 3 else None}
                if n % 5
                else {"amount": "none"},
            ).evolve()
            for n in range(40)
        ]
        events = [one.evolve(props={k: _plain(v) for k, v in one.props.items()}) for one in events]
        first, second = events[:25], events[25:]
        await container.stats_events().append(first)
        assert await container.rollups().build(counted) == 25
        built = await container.rollups().build(added)
        assert built == 20
        await container.stats_events().append(second)
        more = metering.contributions([counted, added], second)
        async with container.transaction()():
            await container.rollups().add(organization_id, more)

        bounds = [BEGIN + n * HOUR for n in range(7)]
        for one, group in ((counted, ()), (counted, ("country",)), (added, ())):
            question = Question(
                organization_id=organization_id,
                event=one.event_name,
                aggregation=one.aggregation,
                property=one.property,
                begin=bounds[0],
                end=bounds[-1],
                group_by=group,
            )
            raw = await container.stats_numbers().cells(question, bounds)
            assert raw
            assert await container.rollups().cells(one, bounds, group) == raw


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
