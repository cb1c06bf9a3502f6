"""What is kept of reports in PostgreSQL: nobody who was erased, nothing that can't be read."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from bootstrap import Application
from core.models import Actor
from core.stats import schemas, service
from core.stats.reports import ReportId
from tests.contracts.founding import owning

PEOPLE = {"kind": "top", "by": "$subject"}


class Office:
    """An organization in which ada and bob did something, and what is asked of them."""

    def __init__(self, application: Application, owner: Actor) -> None:
        self.use, self.owner = application.use, owner
        self.container = application.container
        self.database = self.container.database()

    async def send(self, *subjects: str) -> None:
        events: list[dict[str, Any]] = [{"name": "visit", "subject": one} for one in subjects]
        await self.use(service.IngestEvents)(schemas.Ingest(events=events), self.owner)

    async def report(self) -> ReportId:
        command = schemas.CreateReport.model_validate({"title": "People", "query": PEOPLE})
        return (await self.use(service.CreateReport)(command, self.owner)).id

    async def people(self, report_id: ReportId, max_age: int = 0) -> set[str]:
        query = schemas.RunReport(report_id=report_id, max_age=max_age)
        found = await self.use(service.RunReport)(query, self.owner)
        assert isinstance(found, schemas.RanTop)
        return {one.key for one in found.items}

    async def erase(self) -> None:
        command = schemas.EraseSubject(subject="ada")
        await self.use(service.EraseSubject)(command, self.owner)

    def stops(
        self, monkeypatch: pytest.MonkeyPatch, of: object, name: str
    ) -> tuple[asyncio.Event, asyncio.Event]:
        """Have a call wait before it does anything; return that it has come, and may go on."""
        call: Callable[..., Awaitable[Any]] = getattr(of, name)
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def stopping(*about: Any, **options: Any) -> Any:
            await self.database.fetch_values("SELECT 1", {})  # what was queued is done by then
            reached.set()
            await go_on.wait()
            return await call(*about, **options)

        monkeypatch.setattr(of, name, stopping)
        return reached, go_on


@pytest.fixture
async def office(wired: Application) -> Office:
    office = Office(wired, await owning(wired.container))
    await office.send("ada", "bob")
    return office


async def still(task: asyncio.Task[Any]) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), 0.3)
    return not task.done()


async def test_what_is_counted_during_an_erasure_is_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = await office.report()
    reached, go_on = office.stops(monkeypatch, office.container.audit(), "record")
    erasing = asyncio.create_task(office.erase())
    await reached.wait()

    running = asyncio.create_task(office.people(report_id))
    assert await still(running)
    go_on.set()
    await erasing

    assert await running == {"ada", "bob"}
    assert await office.people(report_id, max_age=60) == {"bob"}


async def test_what_was_counted_before_an_erasure_is_not_kept_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = await office.report()
    reached, go_on = office.stops(monkeypatch, office.container.answers(), "keep")
    running = asyncio.create_task(office.people(report_id))
    await reached.wait()

    await office.erase()
    go_on.set()

    assert await running == {"ada", "bob"}
    assert await office.people(report_id, max_age=60) == {"bob"}


async def test_a_report_that_is_new_during_an_erasure_waits_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = office.stops(monkeypatch, office.container.answers(), "drop")
    erasing = asyncio.create_task(office.erase())
    await reached.wait()

    making = asyncio.create_task(office.report())
    assert await still(making)
    go_on.set()
    await erasing

    assert await office.people(await making) == {"bob"}


async def test_what_another_version_of_the_service_kept_is_counted_anew(office: Office) -> None:
    report_id, organization_id = await office.report(), office.owner.require_organization()
    await office.people(report_id)
    await office.database.execute(
        """
        UPDATE stats.answers SET result = (result::jsonb || '{"more_of_it": 1}')::json
         WHERE organization_id = %(organization_id)s
        """,
        {"organization_id": organization_id},
        scope=organization_id,
    )
    await office.send("eve")

    assert await office.people(report_id, max_age=60) == {"ada", "bob", "eve"}
