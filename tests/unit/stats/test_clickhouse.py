"""What is said to ClickHouse: always whose rows are meant, and never a value among the words."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any, override
from uuid import UUID

import pytest
from pydantic import SecretStr

from adapters import clickhouse
from adapters.clickhouse import connection
from adapters.memory import EventNames
from adapters.memory.store import Store
from bootstrap import Application, Container, Settings
from core.models import OrganizationId
from core.stats.conditions import Condition
from core.stats.models import Aggregation, Event, EventId, Meter, MeterId
from core.stats.questions import FunnelQuestion, Question, RetentionQuestion, Step
from core.stats.selections import Selection
from settings import UnfitSettings

OURS = OrganizationId(UUID(int=7))
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)
BOUNDS = [BEGIN, BEGIN + timedelta(hours=1)]
EVIL = "x'; DROP TABLE stats_events --"


class Listening(clickhouse.Connection):
    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.added: list[dict[str, Any]] = []

    @override
    async def open(self, settings: dict[str, Any]) -> None: ...

    @override
    async def close(self) -> None: ...

    @override
    async def ask(self, statement: str, params: dict[str, Any], settings: dict[str, Any]) -> bytes:
        self.said.append((statement, params))
        return b'{"n": 0}' if "count() AS n FROM stats_events" in statement else b""

    @override
    async def add(self, table: str, lines: bytes) -> None:
        self.added += [loads(line) for line in lines.splitlines()]


CONDITIONS = tuple(
    Condition.model_validate({"property": key, "op": op, "value": value})
    for key in ("country", "$subject")
    for op, value in (
        ("eq", EVIL),
        ("ne", 5),
        ("in", (EVIL, None, True)),
        ("gte", 0.5),
        ("lt", EVIL),
        ("starts_with", EVIL),
        ("exists", True),
    )
)


def question(aggregation: Aggregation) -> Question:
    return Question(
        organization_id=OURS,
        event=EVIL,
        aggregation=aggregation,
        property="amount",
        begin=BOUNDS[0],
        end=BOUNDS[1],
        group_by=("country", "$session"),
        filter=CONDITIONS,
    )


METER = Meter(
    id=MeterId(UUID(int=8)),
    organization_id=OURS,
    slug="sales",
    event_name=EVIL,
    aggregation="sum",
    property="amount",
    created_at=BEGIN,
)
STEP = Step(event=EVIL, filter=CONDITIONS)
EVENT = Event(
    id=EventId(UUID(int=9)), organization_id=OURS, name=EVIL, time=BEGIN, props={"a": EVIL}
)


async def turn(_: OrganizationId) -> None: ...


type Act = Callable[[clickhouse.Database], Awaitable[object]]

ACTS: dict[str, Act] = {
    "append": lambda at: clickhouse.StatsEvents(at, turn).append([EVENT]),
    "get": lambda at: clickhouse.StatsEvents(at, turn).get(OURS, EVENT.id, BEGIN),
    "page": lambda at: clickhouse.StatsEvents(at, turn).page(
        OURS, Selection(name=EVIL, subject=EVIL), limit=3
    ),
    "erase": lambda at: clickhouse.StatsEvents(at, turn).erase(OURS, EVIL),
    "erase all": lambda at: clickhouse.OrganizationEvents(at).erase(OURS),
    "names": lambda at: clickhouse.EventNames(at, EventNames(Store())).all(OURS, *BOUNDS),
    "props": lambda at: clickhouse.EventNames(at, EventNames(Store())).props(OURS, EVIL),
    "count": lambda at: clickhouse.StatsNumbers(at).cells(question("count"), BOUNDS, groups=3),
    "unique": lambda at: clickhouse.StatsNumbers(at).cells(question("unique"), BOUNDS, groups=3),
    "p95": lambda at: clickhouse.StatsNumbers(at).cells(question("p95"), BOUNDS, groups=3),
    "meter": lambda at: clickhouse.Rollups(clickhouse.StatsNumbers(at)).cells(
        METER, "sum", BOUNDS, (), groups=3
    ),
    "between": lambda at: clickhouse.Rollups(clickhouse.StatsNumbers(at)).between(METER, *BOUNDS),
    "funnel": lambda at: clickhouse.Journeys(at).funnel(
        FunnelQuestion(
            organization_id=OURS,
            steps=(STEP, STEP, STEP),
            window=timedelta(hours=1),
            begin=BOUNDS[0],
            end=BOUNDS[1],
        )
    ),
    "retention": lambda at: clickhouse.Journeys(at).retention(
        RetentionQuestion(organization_id=OURS, first=STEP, again=STEP), BOUNDS
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_each_statement_names_the_organization_and_no_value(act: Act) -> None:
    heard = Listening()

    await act(clickhouse.Database(heard))

    assert heard.said
    for statement, params in heard.said:
        readings = statement.count("stats_events")
        named = [name for name, value in params.items() if value == OURS]
        asked = sum(statement.count(f"organization_id = {{{name}:UUID}}") for name in named)
        assert readings == asked > 0
        assert "DROP" not in statement
        assert {name for name in params if f"{{{name}:" not in statement} == set()


async def test_properties_are_kept_with_their_kind() -> None:
    heard = Listening()
    props = {"t": "5", "n": 5, "f": 1e22, "b": True, "z": None, "e": ""}

    await clickhouse.StatsEvents(clickhouse.Database(heard), turn).append(
        [EVENT.evolve(props=props)]
    )

    assert heard.added[0]["props"] == {
        "t": '"5',
        "n": "5",
        "f": "10000000000000000000000",
        "b": "true",
        "z": "null",
        "e": '"',
    }


def test_whoever_lacks_the_library_is_told_which(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def missing(_: str) -> None:
        return None

    monkeypatch.setattr(connection, "find_spec", missing)
    with pytest.raises(UnfitSettings, match=r"core-api\[clickhouse\]"):
        Application(Container(settings=settings))


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        stats_clickhouse_url=SecretStr("https://me:hunter2@columns/stats"),
    ).with_secret_keys()


def test_the_address_is_one_of_http_and_a_secret(settings: Settings) -> None:
    assert settings.stats == "clickhouse"
    assert "hunter2" not in repr(settings)
    with pytest.raises(ValueError, match="https://user:password@host"):
        Settings(_env_file=None, stats_clickhouse_url=SecretStr("clickhouse://columns"))
    assert Settings(_env_file=None, stats_clickhouse_url=SecretStr("")).stats == "postgres"
