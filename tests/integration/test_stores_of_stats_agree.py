"""Whatever happened and whatever is asked, memory, PostgreSQL and ClickHouse say the same."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bootstrap import Application, Container, InMemoryContainer, Settings
from core.models import OrganizationId
from core.stats import metering
from core.stats.conditions import ATTRIBUTES, Condition, kind
from core.stats.models import Event
from core.stats.questions import Cell, FunnelQuestion, Question, RetentionQuestion, Step
from core.stats.selections import Selection
from tests.contracts.stats import organization

BEGIN = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
QUARTERS = 24
QUARTER = timedelta(minutes=15)
NOBODY = OrganizationId(UUID(int=0))

KEYS = ("a", "b.c", "it-is")
NAMES = ("visit", "buy")
AGGREGATIONS = ["count", "sum", "avg", "min", "max", "last", "unique", "p50", "p90", "p95", "p99"]

OPS = ("eq", "ne", "in", "gt", "gte", "lt", "lte", "starts_with", "exists")

texts = st.sampled_from(("", "5", "true", "null", "de", '"', "\\", "'")) | st.text(
    "aZä\U0001f600\"\\'\n\t%_ 0", max_size=3
)
odd = st.sampled_from((-0.0, 1e16, 1.5e22, 1e-7, 0.1, 2**63, float(2**63), 10**20, 1.0, 1, 9.5e-8))
numbers = st.integers(-3, 3) | st.floats(-9, 9).map(lambda x: round(x, 3)) | odd
scalars = st.none() | st.booleans() | numbers | texts
fields = st.sampled_from((*KEYS, *ATTRIBUTES))
somebody = st.none() | st.sampled_from(("ada", "bob", "5"))
moments = st.integers(0, QUARTERS * 15 - 1).map(lambda n: BEGIN + n // 5 * 5 * QUARTER / 15)

events = st.builds(
    Event,
    id=st.uuids(),
    organization_id=st.just(NOBODY),
    name=st.sampled_from(NAMES),
    time=moments,
    subject=somebody,
    session=somebody,
    source=somebody,
    props=st.dictionaries(st.sampled_from(KEYS), scalars),
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    op = draw(st.sampled_from(OPS))
    wanted: dict[str, st.SearchStrategy[Any]] = {
        "eq": scalars,
        "ne": scalars,
        "in": st.lists(scalars, min_size=1, max_size=3).map(tuple),
        "starts_with": texts,
        "exists": st.booleans(),
    }
    return Condition.model_validate(
        {"property": draw(fields), "op": op, "value": draw(wanted.get(op, numbers | texts))}
    )


filters = st.lists(conditions(), max_size=2).map(tuple)
steps = st.builds(Step, event=st.sampled_from(NAMES), filter=filters)
cuts = st.lists(st.integers(0, QUARTERS), min_size=2, max_size=6, unique=True).map(
    lambda at: [BEGIN + n * QUARTER for n in sorted(at)]
)
questions = st.builds(
    Question,
    organization_id=st.just(NOBODY),
    event=st.none() | st.sampled_from(NAMES),
    aggregation=st.sampled_from(AGGREGATIONS),
    property=st.none() | fields,
    begin=st.just(BEGIN),
    end=st.just(BEGIN),
    group_by=st.lists(fields, max_size=3, unique=True).map(tuple),
    filter=filters,
)
funnels = st.builds(
    FunnelQuestion,
    organization_id=st.just(NOBODY),
    steps=st.lists(steps, min_size=2, max_size=4).map(tuple),
    window=st.integers(1, QUARTERS).map(lambda n: n * QUARTER),
    begin=st.just(BEGIN),
    end=st.just(BEGIN + QUARTERS * QUARTER),
)
returns = st.builds(RetentionQuestion, organization_id=st.just(NOBODY), first=steps, again=steps)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    happened=st.lists(events, min_size=1, max_size=12),
    asked=st.lists(st.tuples(questions, cuts, st.integers(1, 4)), min_size=3, max_size=5),
    funnel=funnels,
    returned=st.tuples(returns, cuts),
)
async def test_all_say_the_same(
    wired: Application,
    columns: Container,
    settings: Settings,
    happened: list[Event],
    asked: list[tuple[Question, list[datetime], int]],
    funnel: FunnelQuestion,
    returned: tuple[RetentionQuestion, list[datetime]],
) -> None:
    ours = {"organization_id": await organization(wired.container)}
    mine = [one.evolve(**ours) for one in happened]
    stores = (InMemoryContainer(settings=settings), wired.container, columns)

    async def same[T](ask: Callable[[Container], Awaitable[T]]) -> None:
        memory, *others = await asyncio.gather(*(ask(one) for one in stores))
        for other in others:
            assert other == memory

    await same(lambda at: at.stats_events().append(mine))
    await same(lambda at: _kept(at, ours["organization_id"]))
    await same(lambda at: at.event_names().props(ours["organization_id"], "buy"))
    for question, bounds, groups in asked:
        put = question.evolve(**ours, begin=bounds[0], end=bounds[-1])
        await same(partial(_cells, put, bounds, groups))
    await same(lambda at: at.journeys().funnel(funnel.evolve(**ours)))
    await same(lambda at: _returned(at, returned[0].evolve(**ours), returned[1]))


async def _kept(at: Container, organization_id: OrganizationId) -> list[Any]:
    """Return events, their properties as people see them: no store keeps a float as it was."""
    page = await at.stats_events().page(organization_id, Selection(), limit=99)
    return [
        (
            one.evolve(props={}, received_at=None),
            {key: (kind(value), metering.text(value)) for key, value in one.props.items()},
        )
        for one in page
    ]


async def _cells(question: Question, bounds: list[datetime], groups: int, at: Container) -> Any:
    """Return cells as they come; an average, which each rounds in its way, as far as it is one."""
    if question.aggregation != "avg":
        return await at.stats_numbers().cells(question, bounds, groups=groups)
    cells = await at.stats_numbers().cells(question, bounds, groups=99)
    return _about(cells)


def _about(cells: Iterable[Cell]) -> set[tuple[Any, ...]]:
    return {(one.part, one.group, one.n, float(f"{one.value:.9g}")) for one in cells}


async def _returned(at: Container, question: RetentionQuestion, bounds: list[datetime]) -> Any:
    return sorted(
        (one.cohort, -1 if one.later is None else one.later, one.n)
        for one in await at.journeys().retention(question, bounds)
    )
