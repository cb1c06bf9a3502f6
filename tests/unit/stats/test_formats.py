"""Events as others write them, and as files."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stats import exceptions, schemas, service
from core.stats.models import EventId
from entrypoints import exchange
from tests.factories import new_id
from tests.unit.stats.desk import DAY, NOW, Desk, order

CLOUD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "order-4711",
    "source": "/shop",
    "type": "order.placed",
    "time": (NOW - DAY).isoformat(),
    "subject": "ada",
    "datacontenttype": "application/json",
    "region": "eu",
    "data": {"amount": 12.5},
}


async def take(desk: Desk, *events: dict[str, Any]) -> schemas.IngestView:
    command = schemas.Ingest(events=list(events), format="cloudevents")
    return await desk.use(service.IngestEvents)(command, desk.owner)


async def test_cloud_events_are_told_apart_by_source_and_id(desk: Desk) -> None:
    taken = await take(desk, CLOUD, CLOUD, CLOUD | {"source": "/other"}, CLOUD | {"id": "1"})

    assert (taken.inserted, taken.duplicates) == (3, 1)
    listed = await desk.use(service.ListStatsEvents)(schemas.ListEvents(), desk.owner)
    [one] = [
        one for one in listed.items if (one.ext_id, one.source) == (CLOUD["id"], CLOUD["source"])
    ]
    assert (one.name, one.subject, one.time) == ("order.placed", "ada", NOW - DAY)
    assert one.props == {"amount": 12.5, "region": "eu"}


async def test_cloud_events_that_are_none_cost_no_other(desk: Desk) -> None:
    untimed = {key: value for key, value in CLOUD.items() if key != "time"}

    taken = await take(
        desk,
        CLOUD,
        CLOUD | {"specversion": "0.3"},
        CLOUD | {"type": "Order Placed"},
        CLOUD | {"data": [1]},
        CLOUD | {"data": {"nested": {}}},
        untimed,
        {key: value for key, value in CLOUD.items() if key != "id"},
    )

    assert taken.inserted == 1
    assert [one.index for one in taken.rejected] == [1, 2, 3, 4, 5, 6]
    assert [one.code for one in taken.rejected][4] == "time_required"


async def test_so_many_names_are_taken_and_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.stats.constants.NAMES", 2)

    taken = await desk.send(order(name="a"), order(name="b"), order(name="c"), order(name="a"))

    assert (taken.inserted, [one.code for one in taken.rejected]) == (3, ["too_many_names"])


async def test_what_is_written_can_be_taken_again(desk: Desk) -> None:
    await desk.send(order(1, subject="ada", props={"a": 1, "b": 'x"\n,'}), order(2))
    await take(desk, CLOUD)

    async def exported() -> list[schemas.EventView]:
        pages = await desk.use(service.ExportEvents)(schemas.ExportEvents(), desk.owner)
        return [one async for page in pages for one in page]

    events = await exported()
    for how in ("ndjson", "csv"):
        text = exchange.written(events[:2], how, header=True)
        text += exchange.written(events[2:], how, header=False)
        told = tuple(exchange.read(text.splitlines(keepends=True), how))
        taken = await desk.use(service.ImportEvents)(schemas.Import(events=told), desk.owner)
        assert (taken.inserted, taken.duplicates) == (0, 3), how

    command = schemas.Import(events=({"name": "Wrong"},))
    with pytest.raises(exceptions.NothingTaken):
        await desk.use(service.ImportEvents)(command, desk.owner)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(
    subject=st.none() | texts,
    props=st.dictionaries(
        st.from_regex(r"[a-z]{1,9}", fullmatch=True),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        max_size=4,
    ),
    how=st.sampled_from(["ndjson", "csv"]),
)
def test_an_event_is_read_as_it_was_written(
    subject: str | None, props: dict[str, Any], how: str
) -> None:
    one = schemas.EventView(
        id=EventId(new_id()),
        name="order.placed",
        time=NOW,
        subject=subject,
        session=None,
        source=None,
        ext_id=None,
        props=props,
        received_at=None,
    )

    written = exchange.written([one], how, header=True)
    [told] = exchange.read(iter(_lines(written)), how)

    assert json.loads(json.dumps(told["props"])) == json.loads(json.dumps(props))
    assert told.get("subject") == subject
    assert (UUID(told["id"]), told["name"]) == (one.id, one.name)


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n") if line]


@pytest.mark.parametrize(
    ("text", "how"), [("{}\nnonsense\n", "ndjson"), ("[1]\n", "ndjson"), ("id,props\n1,{\n", "csv")]
)
def test_what_can_not_be_read_is_said(text: str, how: str) -> None:
    with pytest.raises(ValueError, match=r"Line|props"):
        list(exchange.read(text.splitlines(keepends=True), how))


def test_numbers_are_written_as_a_table() -> None:
    chart = schemas.Chart.model_validate(
        {
            "series": [
                {
                    "dims": {"country": "de"},
                    "points": [{"begin": NOW - DAY, "end": NOW, "value": 2.5}],
                    "total": 2.5,
                }
            ],
            "meta": {"source": "raw", "tz": "UTC"},
        }
    )

    assert exchange.charted(chart).splitlines() == [
        "country,from,to,value",
        "de,2026-05-19T12:00:00+00:00,2026-05-20T12:00:00+00:00,2.5",
    ]
