"""Numbers as an image."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from adapters.charts import Charts
from core.exceptions import PermissionDenied
from core.stats import drawing, exceptions, schemas, service
from core.stats.drawing import Drawing, Row
from tests.unit.stats.desk import DAY, NOW, Desk, order
from tests.unit.stats.test_reports import TREND, kept

HOSTILE = (
    "<script>alert(1)</script>",
    '"><image href="https://evil.example/x"/>',
    "]]><svg onload='alert(1)'>",
    "&xxe;",
    "</style><style>@import 'https://evil.example'</style>",
    "a\x01b\x1b[31m\x7f",
    "\ufffe\uffff\u202e",
    "\ud800",
    "x" * 5000,
    "",
)


def shown(svg: bytes) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter() if one.text]  # noqa: S314 - ours


def elements(svg: bytes) -> set[str]:
    return {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(svg).iter()}  # noqa: S314 - ours


async def drawn(desk: Desk, query: dict[str, Any] | None = None, **about: Any) -> str:
    report = await kept(desk, query, **about)
    asked = schemas.DrawReport(report_id=report.id)
    return (await desk.use(service.DrawReport)(asked, desk.owner)).decode()


@pytest.mark.parametrize("shape", ["line", "bar", "row"])
@pytest.mark.parametrize("name", HOSTILE)
async def test_whatever_things_are_called_nothing_runs_and_nothing_is_loaded(
    shape: drawing.Shape, name: str
) -> None:
    rows = tuple(Row(name=name, values=(1.0, None)) for _ in range(2))
    told = Drawing(title=name, shape=shape, labels=(name, name), rows=rows)

    svg = await Charts().draw(told)

    assert elements(svg) <= {
        *("svg", "defs", "style", "title", "g", "rect", "path", "text", "tspan", "circle", "line"),
    }
    text = svg.decode()
    assert "<?xml-stylesheet" not in text
    assert "<!" not in text
    for element in ElementTree.fromstring(svg).iter():  # noqa: S314 - ours
        assert not [key for key in element.attrib if key.startswith("on") or "href" in key]
    [style] = re.findall("<style.*?</style>", text, re.DOTALL)
    assert not re.search(r"url\(|@import|http|evil", style)


async def test_the_same_numbers_are_the_same_image() -> None:
    told = Drawing(title="A", shape="line", labels=("a", "b"), rows=(Row(name="x", values=(1, 2)),))

    assert await Charts().draw(told) == await Charts().draw(told)
    assert await Charts().draw(told.evolve(title="B")) != await Charts().draw(told)


@pytest.mark.parametrize("shape", ["line", "bar", "row"])
@pytest.mark.parametrize("values", [(), (None, None), (0.0, 0.0), (-5.0, 1e300), (1e-9, None)])
async def test_no_numbers_break_a_chart(
    shape: drawing.Shape, values: tuple[float | None, ...]
) -> None:
    labels = tuple(map(str, range(len(values))))
    rows = (Row(name="x", values=values),) if values else ()

    svg = await Charts().draw(Drawing(title="A", shape=shape, labels=labels, rows=rows, width=200))

    assert 'width="200"' in svg.decode()


async def test_a_chart_is_readable_by_day_and_by_night() -> None:
    svg = await Charts().draw(Drawing(title="A", shape="line", labels=(), rows=()))

    assert b"prefers-color-scheme:dark" in svg
    assert "nothing yet" in shown(svg)


async def test_numbers_over_time_are_drawn(desk: Desk) -> None:
    await desk.send(*(order(n % 3, props={"country": "de" if n % 2 else "<b>"}) for n in range(9)))

    svg = await drawn(desk, TREND | {"group_by": ["country"]}, title="Orders & more")

    told = shown(svg.encode())
    assert "Orders & more" in told
    assert {"<b>", "de", "05-20"} <= set(told)
    assert "05-20: 2" in told  # a point says its number to whoever points at it
    assert "<path" in svg
    bars = await drawn(desk, chart="bar")
    assert 'class="rect reactive' in bars


async def test_what_is_compared_is_drawn_beside_it(desk: Desk) -> None:
    await desk.send(order(), order(8))

    told = shown((await drawn(desk, TREND | {"compare": "previous_period"})).encode())

    assert {"all", "all, before"} <= set(told)


async def test_of_many_groups_the_largest_are_drawn(desk: Desk) -> None:
    await desk.send(*(order(props={"n": n}) for n in range(12)))

    told = shown((await drawn(desk, TREND | {"group_by": ["n"]})).encode())

    assert "Orders (the 10 largest)" in told


async def test_funnels_and_what_is_most_are_bars(desk: Desk) -> None:
    await desk.send(*(order(subject=f"u{n % 2}", props={"a": "x"}) for n in range(5)))
    steps = [{"event": "order.placed"}, {"event": "never"}]

    funnel = shown((await drawn(desk, {"kind": "funnel", "steps": steps})).encode())
    top = shown((await drawn(desk, {"kind": "top", "by": "$subject"})).encode())
    number = shown((await drawn(desk, {"kind": "trend"}, chart="number")).encode())

    assert {"order.placed: 2", "never: 0"} <= set(funnel)
    assert {"u0: 3", "u1: 2"} <= set(top)
    assert "all: 5" in number


async def test_a_table_is_no_chart(desk: Desk) -> None:
    step = {"event": "order.placed"}

    with pytest.raises(exceptions.NotDrawable):
        await drawn(desk, {"kind": "retention", "first": step, "again": step})


async def test_a_question_is_drawn_without_a_report(desk: Desk) -> None:
    await desk.send(*(order(n % 3, props={"country": "de", "amount": n}) for n in range(9)))
    about: dict[str, Any] = {"from": NOW - 7 * DAY, "to": NOW + DAY, "interval": "day"}
    query = schemas.DrawStats.model_validate(
        about
        | {
            "event": "order.placed",
            "aggregation": "sum",
            "property": "amount",
            "group_by": "country,$name",
            "width": "640",
        }
    )

    svg = await desk.use(service.DrawStats)(query, desk.owner)

    told = shown(svg)
    assert {"sum of amount: order.placed", "05-20: 9"} <= set(told)
    assert b'width="640"' in svg
    nobody = desk.owner.evolve(permissions=frozenset[str]())
    with pytest.raises(PermissionDenied):
        await desk.use(service.DrawStats)(query, nobody)


@pytest.mark.parametrize(
    "about",
    [
        {"width": 100_000},
        {"height": 1},
        {"group_by": "a,b,c,d"},
        {"group_by": "$secret"},
        {"aggregation": "sum"},
        {"chart": "pie"},
        {"from": "0001-01-01T00:00Z"},
    ],
)
def test_what_can_not_be_drawn_is_refused(about: dict[str, Any]) -> None:
    known = {"from": "2026-01-01T00:00Z", "to": "2026-01-02T00:00Z"}
    with pytest.raises(ValidationError):
        schemas.DrawStats.model_validate(known | about)
