"""What is asked again and again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from core.audit import AuditFilter
from core.exceptions import Invalid, PermissionDenied, ValidationFailed, VersionMismatch
from core.models import PageRequest
from core.stats import constants, exceptions, running, schemas, service
from core.stats.reports import AskTrend, Period, ReportId
from tests.contracts.founding import as_role, owning
from tests.factories import new_id
from tests.unit.stats.desk import DAY, NOW, Desk, order

TREND = {"kind": "trend", "event": "order.placed", "interval": "day"}


async def kept(desk: Desk, query: dict[str, Any] | None = None, **about: Any) -> schemas.ReportView:
    known: dict[str, Any] = {"title": "Orders", "query": query or TREND, "range": {"last": 7}}
    command = schemas.CreateReport.model_validate(known | about)
    return await desk.use(service.CreateReport)(command, desk.owner)


async def ran(desk: Desk, report: schemas.ReportView, max_age: int = 0) -> Any:
    asked = schemas.RunReport(report_id=report.id, max_age=max_age)
    return await desk.use(service.RunReport)(asked, desk.owner)


async def board(desk: Desk, *reports: schemas.ReportView) -> schemas.DashboardView:
    command = schemas.CreateDashboard(title="All", report_ids=tuple(one.id for one in reports))
    return await desk.use(service.CreateDashboard)(command, desk.owner)


async def shown(
    desk: Desk, dashboard: schemas.DashboardView, max_age: int = 0
) -> schemas.DashboardRun:
    asked = schemas.RunDashboard(dashboard_id=dashboard.id, max_age=max_age)
    return await desk.use(service.RunDashboard)(asked, desk.owner)


# --- Running --------------------------------------------------------------------------------------


async def test_a_report_says_what_its_query_says(desk: Desk) -> None:
    await desk.send(*(order(n % 4, subject=f"u{n % 3}", props={"a": n % 2}) for n in range(12)))
    await desk.measure()
    at: dict[str, Any] = {
        "from": datetime(2026, 5, 14, tzinfo=UTC),
        "to": datetime(2026, 5, 21, tzinfo=UTC),
    }
    hours: dict[str, Any] = {
        "from": NOW + timedelta(hours=1) - 7 * DAY,
        "to": NOW + timedelta(hours=1),
    }
    step = {"event": "order.placed"}

    trend = await ran(desk, await kept(desk))
    asked: dict[str, Any] = {key: value for key, value in TREND.items() if key != "kind"}
    whole = await desk.use(service.QueryStats)(schemas.Query(**asked, **at), desk.owner)
    assert trend.model_dump(include={"series", "meta"}) == schemas.Chart.of(whole).model_dump(
        include={"series", "meta"}
    )
    assert (trend.kind, trend.begin, trend.end) == ("trend", at["from"], at["to"])
    assert trend.series[0].total == 12

    usage = await ran(desk, await kept(desk, {"kind": "meter", "slug": "orders"}))
    assert (usage.kind, usage.series[0].total, usage.meta.source) == ("meter", 12, "rollup")

    top = await ran(desk, await kept(desk, {"kind": "top", "by": "$subject"}))
    told = await desk.use(service.QueryTop)(schemas.TopQuery(by="$subject", **hours), desk.owner)
    assert (top.kind, top.items, top.begin) == ("top", told.items, hours["from"])

    funnel = await ran(desk, await kept(desk, {"kind": "funnel", "steps": [step, step]}))
    assert (funnel.kind, [one.count for one in funnel.steps]) == ("funnel", [3, 3])

    back = {"kind": "retention", "first": step, "again": step, "period": "day"}
    retention = await ran(desk, await kept(desk, back))
    assert (retention.kind, len(retention.cohorts)) == ("retention", 7)


@pytest.mark.parametrize(
    ("last", "interval", "tz", "begin", "end"),
    [
        ("PT6H", None, "UTC", "2026-05-20T07:00Z", "2026-05-20T13:00Z"),
        ("PT1H", "minute", "UTC", "2026-05-20T11:31Z", "2026-05-20T12:31Z"),
        ("PT6H", "hour", "Asia/Kolkata", "2026-05-20T06:30Z", "2026-05-20T12:30Z"),
        (1, "day", "UTC", "2026-05-20T00:00Z", "2026-05-21T00:00Z"),
        (2, "day", "Europe/Berlin", "2026-05-18T22:00Z", "2026-05-20T22:00Z"),
        (60, "day", "Europe/Berlin", "2026-03-21T23:00Z", "2026-05-20T22:00Z"),
        (14, "week", "UTC", "2026-05-11T00:00Z", "2026-05-25T00:00Z"),
        (60, "month", "UTC", "2026-04-01T00:00Z", "2026-06-01T00:00Z"),
        (365, "month", "UTC", "2025-06-01T00:00Z", "2026-06-01T00:00Z"),
    ],
)
def test_the_last_so_long_is_of_whole_parts(
    last: object, interval: str | None, tz: str, begin: str, end: str
) -> None:
    ask = AskTrend.model_validate({"kind": "trend", "interval": interval, "tz": tz})
    now = datetime(2026, 5, 20, 12, 30, tzinfo=UTC)
    if interval == "hour":
        now -= timedelta(minutes=15)  # in Kolkata an hour begins with the half of ours

    found = running.between(ask, Period.model_validate({"last": last}), now)

    assert found == (datetime.fromisoformat(begin), datetime.fromisoformat(end))


async def test_within_an_hour_a_report_asks_the_same(desk: Desk) -> None:
    one = await kept(desk, {"kind": "top", "by": "$name"})
    first = await ran(desk, one)
    desk.clock.moment = NOW + timedelta(minutes=59)
    assert (await ran(desk, one)).begin == first.begin
    desk.clock.moment = NOW + timedelta(hours=1)
    assert (await ran(desk, one)).begin > first.begin


@pytest.mark.parametrize("interval", ["day", "week", "month"])
async def test_what_was_kept_can_be_asked_at_any_time(desk: Desk, interval: str) -> None:
    longest = {"day": 400, "week": 1826, "month": 1826}[interval]
    query = TREND | {"interval": interval, "tz": "Europe/Berlin"}
    trend = await kept(desk, query, range={"last": longest})
    back = {"kind": "retention", "first": {"event": "a"}, "again": {"event": "b"}}
    period = {"day": 60, "week": 420, "month": 1826}[interval]
    retention = await kept(desk, back | {"period": interval}, range={"last": period})

    for days in range(0, 1500, 13):
        desk.clock.moment = NOW + days * DAY
        assert (await ran(desk, trend)).series
        assert len((await ran(desk, retention)).cohorts) <= constants.PERIODS


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"query": TREND | {"tz": "Mars/Base"}}, "unknown_zone"),
        ({"query": TREND | {"interval": "minute"}}, "query_too_expensive"),
        ({"range": {"last": 401}}, "query_too_expensive"),
        (
            {"range": {"from": "2020-01-01T00:00Z", "to": "2026-01-01T00:00Z"}},
            "query_too_expensive",
        ),
        ({"query": {"kind": "meter", "slug": "unknown"}}, "validation_failed"),
        ({"query": {"kind": "meter", "slug": "orders", "aggregation": "sum"}}, "unmetered"),
        (
            {
                "query": {
                    "kind": "retention",
                    "first": {"event": "a"},
                    "again": {"event": "b"},
                    "period": "day",
                },
                "range": {"last": 61},
            },
            "query_too_expensive",
        ),
    ],
)
async def test_what_could_not_be_asked_is_not_kept(
    desk: Desk, about: dict[str, Any], code: str
) -> None:
    await desk.measure()

    with pytest.raises(Invalid) as refused:
        await kept(desk, **about)
    assert refused.value.code == code

    made = await kept(desk)
    change = schemas.UpdateReport.model_validate({"report_id": made.id} | about)
    with pytest.raises(Invalid):
        await desk.use(service.UpdateReport)(change, desk.owner)


@pytest.mark.parametrize(
    "about",
    [
        {"query": {"event": "order.placed"}},
        {"query": {"kind": "poem"}},
        {"query": TREND | {"aggregation": "sum"}},
        {"query": TREND | {"from": "2026-01-01T00:00Z"}},
        {"query": {"kind": "funnel", "steps": [{"event": "a"}]}},
        {"query": {"kind": "top"}},
        {"query": TREND | {"filter": [{"property": "a", "op": "in", "value": ["x" * 500] * 40}]}},
        {"range": {}},
        {"range": {"last": 0}},
        {"range": {"last": -1}},
        {"range": {"last": True}},
        {"range": {"last": 30.0}},
        {"range": {"last": "30"}},
        {"range": {"last": 1827}},
        {"range": {"last": 10**30}},
        {"range": {"last": "P9999999999D"}},
        {"range": {"last": 7, "to": "2026-01-01T00:00Z"}},
        {"range": {"from": "2026-01-01T00:00Z"}},
        {"range": {"from": "2026-01-02T00:00Z", "to": "2026-01-01T00:00Z"}},
        {"range": {"from": "0001-01-01T00:00Z", "to": "0001-01-02T00:00Z"}},
        {"range": {"from": "2026-01-01T00:00Z", "to": "9999-12-31T00:00Z"}},
        {"chart": "pie"},
        {"title": ""},
        {"title": "a\u202eb"},
    ],
)
def test_what_makes_no_sense_is_refused(about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schemas.CreateReport.model_validate({"title": "Orders", "query": TREND} | about)


# --- Keeping --------------------------------------------------------------------------------------


async def test_a_report_is_changed_once_for_each_who_read_it(desk: Desk) -> None:
    made = await kept(desk)
    update, delete = desk.use(service.UpdateReport), desk.use(service.DeleteReport)
    about: dict[str, Any] = {"report_id": made.id, "expected_version": 1}

    desk.clock.moment = NOW + DAY
    changed = await update(schemas.UpdateReport(title="Sales", **about), desk.owner)

    assert (changed.title, changed.version, changed.query) == ("Sales", 2, made.query)
    assert (changed.created_at, changed.updated_at) == (NOW, NOW + DAY)
    with pytest.raises(VersionMismatch):
        await update(schemas.UpdateReport(title="Other", **about), desk.owner)
    with pytest.raises(VersionMismatch):
        await delete(schemas.DeleteReport(**about), desk.owner)
    await delete(schemas.DeleteReport(report_id=made.id, expected_version=2), desk.owner)
    with pytest.raises(exceptions.ReportNotFound):
        await ran(desk, made)
    with pytest.raises(exceptions.ReportNotFound):
        await delete(schemas.DeleteReport(report_id=made.id), desk.owner)


async def test_a_filter_for_what_is_null_stays_one(desk: Desk) -> None:
    null = [{"property": "a", "op": "eq", "value": None}]
    made = await kept(desk, TREND | {"filter": null})

    change = schemas.UpdateReport.model_validate(
        {"report_id": made.id, "query": TREND | {"filter": null}}
    )
    changed = await desk.use(service.UpdateReport)(change, desk.owner)

    assert changed.query == made.query
    assert isinstance(changed.query, AskTrend)
    assert changed.query.filter[0].value is None


async def test_a_report_whose_meter_is_gone_can_be_called_something_else(desk: Desk) -> None:
    await desk.measure()
    made = await kept(desk, {"kind": "meter", "slug": "orders"})
    await desk.use(service.DeleteMeter)(schemas.DeleteMeter(slug="orders"), desk.owner)

    update = desk.use(service.UpdateReport)
    changed = await update(schemas.UpdateReport(report_id=made.id, title="Old"), desk.owner)

    assert changed.title == "Old"
    with pytest.raises(exceptions.MeterNotFound):
        await ran(desk, made)


async def test_an_organization_has_so_many_and_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "REPORTS", 2)
    monkeypatch.setattr(constants, "DASHBOARDS", 1)
    for _ in range(2):
        await kept(desk)
    with pytest.raises(exceptions.TooManyReports):
        await kept(desk)
    await board(desk)
    with pytest.raises(exceptions.TooManyDashboards):
        await board(desk)


async def test_who_looks_changes_nothing(desk: Desk) -> None:
    made = await kept(desk)
    member, viewer = (as_role(desk.container, desk.owner, role) for role in ("member", "viewer"))
    stranger = await owning(desk.container)
    command = schemas.CreateReport.model_validate({"title": "A", "query": TREND})
    reference = schemas.ReportReference(report_id=made.id)

    await desk.use(service.CreateReport)(command, member)
    with pytest.raises(PermissionDenied):
        await desk.use(service.CreateReport)(command, viewer)
    assert await desk.use(service.GetReport)(reference, viewer) == made
    assert len((await desk.use(service.ListReports)(PageRequest(), viewer)).items) == 2
    with pytest.raises(exceptions.ReportNotFound):
        await desk.use(service.GetReport)(reference, stranger)
    with pytest.raises(exceptions.ReportNotFound):
        await desk.use(service.RunReport)(schemas.RunReport(report_id=made.id), stranger)


async def test_what_is_changed_is_written_down(desk: Desk) -> None:
    made = await kept(desk)
    dashboard = await board(desk, made)
    change = schemas.UpdateReport(report_id=made.id, title="B", chart="bar")
    await desk.use(service.UpdateReport)(change, desk.owner)
    other = schemas.UpdateDashboard(dashboard_id=dashboard.id, title="B")
    await desk.use(service.UpdateDashboard)(other, desk.owner)
    await desk.use(service.DeleteReport)(schemas.DeleteReport(report_id=made.id), desk.owner)
    gone = schemas.DeleteDashboard(dashboard_id=dashboard.id)
    await desk.use(service.DeleteDashboard)(gone, desk.owner)

    rows = await desk.container.audit().page(
        desk.owner.require_organization(), AuditFilter(), limit=9
    )
    assert [(one.action, one.metadata) for one in rows] == [
        ("dashboard.deleted", {}),
        ("report.deleted", {"dashboards": 1}),
        ("dashboard.updated", {"changed": ["title"]}),
        ("report.updated", {"changed": ["chart", "title"]}),
        ("dashboard.created", {}),
        ("report.created", {}),
    ]


# --- Dashboards -----------------------------------------------------------------------------------


async def test_a_dashboard_tells_all_that_is_on_it(desk: Desk) -> None:
    await desk.send(*(order() for _ in range(5)))
    reports = [await kept(desk, title=title) for title in "cab"]

    told = await shown(desk, await board(desk, *reports))

    assert (told.title, [one.title for one in told.items]) == ("All", ["c", "a", "b"])
    assert all(one.problem is None for one in told.items)
    assert [one.result.kind for one in told.items if one.result] == ["trend"] * 3


async def test_what_can_not_be_told_costs_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.measure()
    usage = await kept(desk, {"kind": "meter", "slug": "orders"})
    trend = await kept(desk)
    funnel = await kept(desk, {"kind": "funnel", "steps": [{"event": "a"}, {"event": "b"}]})
    dashboard = await board(desk, usage, trend, funnel)
    change = schemas.UpdateMeter(slug="orders", dimensions=["country"])
    await desk.use(service.UpdateMeter)(change, desk.owner)

    async def funnel_of_too_much(*_: object) -> list[int]:
        raise exceptions.QueryTooExpensive

    monkeypatch.setattr(desk.container.journeys(), "funnel", funnel_of_too_much)
    told = await shown(desk, dashboard)

    codes = [one.problem and one.problem.code for one in told.items]
    assert codes == ["meter_building", None, "query_too_expensive"]
    assert [one.result is None for one in told.items] == [True, False, True]


async def test_some_reports_are_run_at_a_time_and_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, most, cells = 0, 0, desk.container.stats_numbers().cells

    async def slowly(*about: Any, **options: Any) -> Any:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        for _ in range(5):
            await asyncio.sleep(0)
        at_work -= 1
        return await cells(*about, **options)

    monkeypatch.setattr(desk.container.stats_numbers(), "cells", slowly)
    told = await shown(desk, await board(desk, *[await kept(desk) for _ in range(9)]))

    assert len(told.items) == 9
    assert most == constants.AT_ONCE


async def test_what_breaks_is_no_problem_of_a_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("broken")

    dashboard = await board(desk, await kept(desk), await kept(desk))
    monkeypatch.setattr(desk.container.stats_numbers(), "cells", broken)

    with pytest.raises(RuntimeError, match="broken"):
        await shown(desk, dashboard)


async def test_a_dashboard_is_of_reports_that_there_are(desk: Desk) -> None:
    made, stranger = await kept(desk), await owning(desk.container)
    ids = (made.id, ReportId(new_id()))
    with pytest.raises(ValidationFailed) as refused:
        command = schemas.CreateDashboard(title="A", report_ids=ids)
        await desk.use(service.CreateDashboard)(command, desk.owner)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("#/report_ids/1", "unknown_report")
    ]
    with pytest.raises(ValidationFailed):
        command = schemas.CreateDashboard(title="A", report_ids=(made.id,))
        await desk.use(service.CreateDashboard)(command, stranger)
    dashboard = await board(desk, made)
    with pytest.raises(ValidationFailed):
        change = schemas.UpdateDashboard(dashboard_id=dashboard.id, report_ids=ids)
        await desk.use(service.UpdateDashboard)(change, desk.owner)


@pytest.mark.parametrize("ids", [[new_id()] * 2, [new_id() for _ in range(25)], ["x"]])
def test_a_dashboard_has_each_report_once_and_not_too_many(ids: list[object]) -> None:
    for model in (schemas.CreateDashboard, schemas.DashboardChange):
        with pytest.raises(ValidationError):
            model.model_validate({"title": "A", "report_ids": ids})


async def test_a_report_that_is_deleted_is_on_no_dashboard(desk: Desk) -> None:
    one, other = await kept(desk), await kept(desk)
    dashboard = await board(desk, one, other)
    reference = schemas.DashboardReference(dashboard_id=dashboard.id)

    await desk.use(service.DeleteReport)(schemas.DeleteReport(report_id=one.id), desk.owner)

    left = await desk.use(service.GetDashboard)(reference, desk.owner)
    assert (left.report_ids, left.version) == ([other.id], 2)
    update = desk.use(service.UpdateDashboard)
    with pytest.raises(VersionMismatch):
        change = schemas.UpdateDashboard(
            dashboard_id=dashboard.id, expected_version=1, report_ids=()
        )
        await update(change, desk.owner)
    change = schemas.UpdateDashboard(dashboard_id=dashboard.id, expected_version=2, report_ids=())
    assert (await update(change, desk.owner)).report_ids == []
    gone = schemas.DeleteDashboard(dashboard_id=dashboard.id, expected_version=3)
    await desk.use(service.DeleteDashboard)(gone, desk.owner)
    with pytest.raises(exceptions.DashboardNotFound):
        await desk.use(service.GetDashboard)(reference, desk.owner)
    assert (await desk.use(service.ListDashboards)(PageRequest(), desk.owner)).items == []
