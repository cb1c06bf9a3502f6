"""What every adapter must do that keeps reports and dashboards."""

from datetime import timedelta
from typing import Any

import pytest

from bootstrap import Container
from core.models import OrganizationId
from core.stats.exceptions import TooManyDashboards, TooManyReports
from core.stats.reports import Dashboard, DashboardId, Report, ReportId
from tests.contracts.stats import organization
from tests.factories import NOW, new_id

ASKS: tuple[dict[str, Any], ...] = (
    {
        "kind": "trend",
        "event": "order.placed",
        "aggregation": "sum",
        "property": "amount",
        "filter": [
            {"property": "country", "op": "in", "value": ["de", 1, 2.5, True, None]},
            {"property": "plan", "op": "ne", "value": None},
        ],
        "interval": "day",
        "tz": "Europe/Berlin",
        "group_by": ["$subject", "country"],
    },
    {"kind": "meter", "slug": "orders", "group_by": ["country"]},
    {"kind": "top", "by": "country"},
    {"kind": "funnel", "steps": [{"event": "a"}, {"event": "b"}], "window": "P1DT2H"},
    {"kind": "retention", "first": {"event": "a"}, "again": {"event": "b"}},
)


def report(organization_id: OrganizationId, **about: Any) -> Report:
    known: dict[str, Any] = {
        "id": ReportId(new_id()),
        "organization_id": organization_id,
        "title": "Orders ä",
        "query": {"kind": "trend"},
        "range": {"last": "P30D"},
        "chart": "line",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Report.model_validate(known | about)


def dashboard(organization_id: OrganizationId, **about: Any) -> Dashboard:
    known: dict[str, Any] = {
        "id": DashboardId(new_id()),
        "organization_id": organization_id,
        "title": "All of it",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Dashboard.model_validate(known | about)


class ReportsContract:
    async def test_what_is_asked_is_kept_as_it_is(self, container: Container) -> None:
        reports, organization_id = container.reports(), await organization(container)
        absolute = {"from": NOW, "to": NOW + timedelta(days=1)}
        made = [report(organization_id, query=ask) for ask in ASKS]
        made.append(report(organization_id, range=absolute, chart="table"))
        for one in made:
            await reports.add(one, most=9)

        for one in made:
            assert await reports.get(organization_id, one.id) == one
        wanted = [made[3].id, ReportId(new_id()), made[0].id]
        assert await reports.some(organization_id, wanted) == [made[3], made[0]]
        assert await reports.some(organization_id, []) == []
        stranger = await organization(container)
        assert await reports.get(stranger, made[0].id) is None
        assert await reports.some(stranger, wanted) == []

    async def test_reports_come_page_by_page_the_newest_first(self, container: Container) -> None:
        reports, organization_id = container.reports(), await organization(container)
        made = [report(organization_id) for _ in range(3)]
        for one in [*made, report(await organization(container))]:
            await reports.add(one, most=9)

        first = await reports.page(organization_id, limit=2)
        assert first == [made[2], made[1]]
        assert await reports.page(organization_id, limit=2, before=first[-1].id) == [made[0]]

    async def test_there_are_so_many_reports_and_no_more(self, container: Container) -> None:
        reports, organization_id = container.reports(), await organization(container)
        await reports.add(report(organization_id), most=1)

        with pytest.raises(TooManyReports):
            await reports.add(report(organization_id), most=1)

        await reports.add(report(await organization(container)), most=1)

    async def test_a_report_is_changed_and_forgotten(self, container: Container) -> None:
        reports, organization_id = container.reports(), await organization(container)
        made, stranger = report(organization_id), await organization(container)
        await reports.add(made, most=9)
        changed = made.evolve(
            title="B",
            query=ASKS[2],
            range={"last": 7},
            chart="bar",
            version=2,
            updated_at=NOW + timedelta(days=1),
        )

        await reports.put(changed)
        assert await reports.get(organization_id, made.id) == changed
        await reports.put(report(stranger, id=made.id))
        assert await reports.get(organization_id, made.id) == changed
        assert not await reports.remove(stranger, made.id)
        assert await reports.remove(organization_id, made.id)
        assert not await reports.remove(organization_id, made.id)
        await reports.put(changed)
        assert await reports.get(organization_id, made.id) is None


class DashboardsContract:
    async def test_dashboards_are_kept_listed_changed_and_forgotten(
        self, container: Container
    ) -> None:
        dashboards, organization_id = container.dashboards(), await organization(container)
        stranger = await organization(container)
        ids = [new_id() for _ in range(3)]
        made = dashboard(organization_id, report_ids=[ids[2], ids[0], ids[1]])
        other = dashboard(organization_id)
        for one in (made, other):
            await dashboards.add(one, most=2)
        with pytest.raises(TooManyDashboards):
            await dashboards.add(dashboard(organization_id), most=2)

        assert await dashboards.get(organization_id, made.id) == made
        assert await dashboards.get(stranger, made.id) is None
        assert await dashboards.page(organization_id, limit=1) == [other]
        assert await dashboards.page(organization_id, limit=9, before=other.id) == [made]
        changed = made.evolve(title="B", report_ids=ids[:1], version=2)
        await dashboards.put(changed)
        await dashboards.put(dashboard(stranger, id=made.id))
        assert await dashboards.get(organization_id, made.id) == changed
        assert not await dashboards.remove(stranger, made.id)
        assert await dashboards.remove(organization_id, made.id)
        assert await dashboards.page(organization_id, limit=9) == [other]

    async def test_a_report_is_taken_off_all_dashboards(self, container: Container) -> None:
        dashboards, organization_id = container.dashboards(), await organization(container)
        stranger, later = await organization(container), NOW + timedelta(days=1)
        gone, left = ReportId(new_id()), ReportId(new_id())
        on = [dashboard(organization_id, report_ids=ids) for ids in ([gone, left], [left, gone])]
        others = dashboard(organization_id, report_ids=[left]), dashboard(stranger)
        theirs = others[1].evolve(report_ids=[gone])
        for one in (*on, others[0], theirs):
            await dashboards.add(one, most=9)

        assert await dashboards.take_off(organization_id, gone, later) == 2

        for one in on:
            kept = await dashboards.get(organization_id, one.id)
            assert kept == one.evolve(report_ids=[left], version=2, updated_at=later)
        assert await dashboards.get(organization_id, others[0].id) == others[0]
        assert await dashboards.get(stranger, theirs.id) == theirs
        assert await dashboards.take_off(organization_id, gone, later) == 0
