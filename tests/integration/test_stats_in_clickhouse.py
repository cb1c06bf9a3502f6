"""The contracts of stats, kept by the adapter in ClickHouse, which runs in this process."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.clickhouse import Server, database
from bootstrap import Application, Container
from core.exceptions import Unavailable
from core.stats import exceptions, schemas, service
from core.stats.models import Event
from core.stats.selections import Selection
from tests.contracts import management, stats
from tests.contracts.founding import as_role, owning
from tests.contracts.stats import event, organization


@pytest.fixture
def container(columns: Container) -> Container:
    return columns


class TestStatsEventsInClickHouse(stats.StatsEventsContract): ...


class TestStatsNumbersInClickHouse(stats.StatsNumbersContract): ...


class TestRollupsInClickHouse:
    """Nothing is kept of them, and so no combination is one too many."""

    test_what_is_added_is_what_the_events_say = (
        stats.RollupsContract.test_what_is_added_is_what_the_events_say
    )


class TestEventNamesInClickHouse(stats.EventNamesContract): ...


class TestEventFiguresInClickHouse(management.EventFiguresContract): ...


class TestJourneysInClickHouse(stats.JourneysContract): ...


DAY = timedelta(days=1)


async def test_of_two_processes_that_are_sent_the_same_one_is_told_that_it_is_new(
    container: Container, clickhouse_url: str
) -> None:
    other = Container(settings=container.settings())
    organization_id = await organization(container)
    sent = [event(organization_id, time=stats.BEGIN + n * DAY / 99) for n in range(20)]

    async def send(at: Container, some: list[Event]) -> int:
        async with at.transaction()():
            return len(await at.stats_events().append(some))

    async with Application(other).opened():
        told = await asyncio.gather(send(container, sent), send(other, sent[::-1]))

    assert sorted(told) == [0, 20]


async def test_a_question_that_takes_too_long_is_told_so(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LIMITED", {"max_execution_time": 0.2})
    with pytest.raises(exceptions.QueryTooExpensive):
        await container.columns().limited(
            "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1", {}
        )


async def test_a_month_goes_with_what_is_in_it(container: Container) -> None:
    partitions, events = container.partitions(), container.stats_events()
    organization_id = await organization(container)
    old, new = (
        event(organization_id, time=datetime(2019, month, 5, tzinfo=UTC)) for month in (3, 4)
    )
    await events.append([old, new])
    april = datetime(2019, 4, 20, tzinfo=UTC)

    assert await partitions.ensure(old.time, new.time) == []
    assert await partitions.all(april) == ["events_201903"]
    assert await partitions.drop(april) == ["events_201903"]
    left = await events.page(organization_id, Selection(), limit=9)
    assert [one.id for one in left] == [new.id]


async def test_an_organization_takes_its_events_along(container: Container) -> None:
    ours, theirs = [await organization(container) for _ in range(2)]
    for organization_id in (ours, theirs):
        await container.stats_events().append([event(organization_id)])

    for part in container.organization_data():
        await part.erase(ours)

    page = container.stats_events().page
    assert await page(ours, Selection(), limit=9) == []
    assert len(await page(theirs, Selection(), limit=9)) == 1


async def test_a_meter_knows_at_once_what_was_there_before(container: Container) -> None:
    use, actor = Application(container).use, await owning(container)
    actor = as_role(container, actor, "owner")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    told = [
        {"name": "order", "time": (now - n * DAY / 24).isoformat(), "props": {"amount": n + 0.5}}
        for n in range(1, 4)
    ]
    await use(service.IngestEvents)(schemas.Ingest(events=told), actor)
    made = {"slug": "sales", "event_name": "order", "aggregation": "sum", "property": "amount"}
    await use(service.CreateMeter)(schemas.CreateMeter.model_validate(made), actor)
    assert actor.organization_id
    job = schemas.BuildMeter(organization_id=actor.organization_id, slug="sales")
    await use(service.BuildMeter)(job, actor)

    span = {"slug": "sales", "from": now - DAY, "to": now}
    answer = await use(service.QueryMeter)(schemas.MeterUsage.model_validate(span), actor)
    assert answer.series[0].total == 7.5
    verified = schemas.VerifyMeter.model_validate(span)
    assert await use(service.VerifyMeter)(verified, actor) == []


async def test_a_server_that_is_not_there_is_told_so() -> None:
    with pytest.raises(Unavailable):
        await Server("http://127.0.0.1:9").open({})
