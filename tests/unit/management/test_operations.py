"""The installation at a glance, and the audit log as a file."""

import csv
import json
from io import StringIO
from typing import Any, override
from uuid import uuid4

import pytest
from dependency_injector import providers
from hypothesis import given
from hypothesis import strategies as st

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.exceptions import PermissionDenied, Unavailable
from core.management.operations import schemas, service, walking
from core.management.operations.figures import FileNumbers
from core.models import Actor
from entrypoints.auditing import COLUMNS, written
from tests import factories
from tests.contracts.founding import as_role, owning
from tests.factories import NOW, new_id

OPERATOR = Actor(kind="cli")
SUPPORTER = Actor(kind="user", platform_role="support", strong=True)


# --- At a glance ----------------------------------------------------------------------------------


async def test_every_part_is_told(application: Application, container: InMemoryContainer) -> None:
    await owning(container)

    found = await application.use(service.GetPlatformOverview)(None, SUPPORTER)

    assert found.accounts is not None
    assert (found.accounts.users, found.accounts.organizations) == (1, 1)
    assert found.billing == schemas.BillingNumbers(subscriptions={}, mrr={})
    assert found.files == FileNumbers(files=0, bytes=0)
    assert found.events_today == 0
    assert found.jobs is not None
    assert found.jobs.failed == 0
    assert found.webhooks is not None


async def test_a_part_that_fails_takes_no_other_along(
    application: Application, container: InMemoryContainer
) -> None:
    class Away(memory.FileFigures):
        @override
        async def files(self) -> FileNumbers:
            raise Unavailable

    container.file_figures.override(providers.Object(Away(container.store())))

    found = await Application(container).use(service.GetPlatformOverview)(None, OPERATOR)

    assert found.files is None
    assert found.accounts is not None


async def test_it_is_none_of_anybody_elses_business(
    application: Application, container: InMemoryContainer
) -> None:
    owner = await owning(container)

    for actor in (owner, SUPPORTER.evolve(platform_role="none")):
        with pytest.raises(PermissionDenied):
            await application.use(service.GetPlatformOverview)(None, actor)
        with pytest.raises(PermissionDenied):
            await application.use(service.ExportPlatformAudit)(schemas.ExportAudit(), actor)


# --- As a file ------------------------------------------------------------------------------------


async def exported(application: Application, use_case: Any, actor: Actor, **asked: Any) -> Any:
    query = schemas.ExportAudit.model_validate(asked)
    pages = await application.use(use_case)(query, actor)
    return [event.action async for page in pages for event in page]


async def test_all_rows_of_the_organization_are_handed_out_and_no_others(
    application: Application, container: InMemoryContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "AT_ONCE", 2)
    owner, audit = await owning(container), container.audit()
    for number in range(5):
        await audit.record(owner, f"a.n{number}", outcome="failure" if number % 2 else "success")
    await audit.record(await owning(container), "a.foreign")

    ours = await exported(application, service.ExportAuditEvents, owner)
    failures = await exported(application, service.ExportAuditEvents, owner, outcome="failure")
    everything = await exported(application, service.ExportPlatformAudit, SUPPORTER)

    assert ours == ["a.n4", "a.n3", "a.n2", "a.n1", "a.n0"]
    assert failures == ["a.n3", "a.n1"]
    assert everything == ["a.foreign", *ours]


async def test_who_may_not_read_the_log_may_not_have_it_as_a_file(
    application: Application, container: InMemoryContainer
) -> None:
    viewer = as_role(container, await owning(container), "viewer")

    with pytest.raises(PermissionDenied):
        await application.use(service.ExportAuditEvents)(schemas.ExportAudit(), viewer)


def event(**about: Any) -> AuditEvent:
    actor = factories.anonymous(user_id=uuid4(), kind="user", user_agent=about.pop("agent", None))
    return AuditEvent.of(
        new_id(), NOW, actor, "thing.done", target=None, organization_id=None, metadata=about
    )


def test_lines_of_json_are_read_as_the_list_is() -> None:
    told = event(a=1, b="ä\n")

    [line] = written([told], "ndjson", header=True).splitlines()

    assert AuditEvent.model_validate_json(line) == told


@given(st.text(max_size=20), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2))
def test_no_cell_begins_like_a_formula(agent: str, metadata: dict[str, int]) -> None:
    told = event(agent=agent, **{f"k{key}": value for key, value in metadata.items()})

    text = written([], "csv", header=True) + written([told], "csv", header=False)
    [header, row] = list(csv.reader(StringIO(text, newline="")))

    cells = dict(zip(header, row, strict=True))
    assert tuple(header) == COLUMNS
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert cells["user_agent"].removeprefix("'") == (told.user_agent or "").removeprefix("'")
    assert json.loads(cells["metadata"]) == told.metadata
