"""What was counted not long ago is told again, to whoever says how long ago it may be."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from core.models import Actor
from core.stats import constants, exceptions, schemas, service
from tests.contracts.founding import as_role, owning
from tests.unit.stats.desk import DAY, NOW, Desk, order
from tests.unit.stats.test_reports import TREND, board, kept, ran, shown

SECOND = timedelta(seconds=1)
PEOPLE = {"kind": "top", "by": "$subject"}


def total(found: Any) -> float:
    [series] = found.series
    return float(series.total)


async def erase(desk: Desk, subject: str) -> None:
    command = schemas.EraseSubject(subject=subject)
    await desk.use(service.EraseSubject)(command, desk.owner)


async def test_what_was_counted_is_told_until_it_is_too_old(desk: Desk) -> None:
    await desk.send(order())
    made = await kept(desk)
    first = await ran(desk, made)
    await desk.send(order())

    desk.clock.moment = NOW + 60 * SECOND
    assert await ran(desk, made, max_age=60) == first
    assert (total(first), first.computed_at) == (1, NOW)
    desk.clock.moment += SECOND
    again = await ran(desk, made, max_age=60)

    assert (total(again), again.computed_at) == (2, desk.clock.moment)


async def test_who_does_not_say_how_old_it_may_be_has_it_counted(desk: Desk) -> None:
    made = await kept(desk)
    await ran(desk, made)
    await desk.send(order())

    assert total(await ran(desk, made)) == 1
    assert total(await ran(desk, made, max_age=1)) == 1  # that was kept in turn


async def test_a_dashboard_tells_what_is_kept_and_counts_what_is_not(desk: Desk) -> None:
    await desk.send(order(subject="ada"))
    one, other = await kept(desk), await kept(desk, PEOPLE)
    dashboard = await board(desk, other, one)
    await ran(desk, one)
    await desk.send(order(subject="bob"))
    desk.clock.moment = NOW + 30 * SECOND

    items = (await shown(desk, dashboard, max_age=60)).items

    assert [item.report_id for item in items] == [other.id, one.id]
    people, trend = (item.result for item in items)
    assert isinstance(people, schemas.RanTop)
    assert (len(people.items), people.computed_at) == (2, desk.clock.moment)
    assert trend is not None
    assert (total(trend), trend.computed_at) == (1, NOW)
    assert await ran(desk, other, max_age=60) == people
    fresh = (await shown(desk, dashboard)).items
    assert [item.result and item.result.computed_at for item in fresh] == [desk.clock.moment] * 2


async def test_a_dashboard_looks_up_once_and_keeps_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, calls = desk.container.answers(), list[tuple[str, int]]()

    def noted(name: str) -> Any:
        call = getattr(answers, name)

        async def called(*about: Any) -> Any:
            calls.append((name, len(about[1])))
            return await call(*about)

        return called

    for name in ("some", "keep"):
        monkeypatch.setattr(answers, name, noted(name))
    dashboard = await board(desk, *[await kept(desk) for _ in range(9)])

    for max_age in (60, 60, 0):
        await shown(desk, dashboard, max_age)
    await shown(desk, await board(desk), max_age=60)

    assert calls == [("some", 9), ("keep", 9), ("some", 9), ("keep", 9)]


async def test_what_is_drawn_may_be_what_was_told(desk: Desk) -> None:
    await desk.send(order(subject="ada"))
    made = await kept(desk, PEOPLE)
    await ran(desk, made)
    await desk.send(order(subject="bob"))
    draw = desk.use(service.DrawReport)

    old = await draw(schemas.DrawReport(report_id=made.id, max_age=60), desk.owner)
    new = await draw(schemas.DrawReport(report_id=made.id), desk.owner)

    assert (b"bob" in old, b"bob" in new) == (False, True)


async def test_a_report_that_was_changed_is_counted_anew(desk: Desk) -> None:
    await desk.send(order())
    made = await kept(desk)
    await ran(desk, made)
    query = TREND | {"event": "never"}
    change = schemas.UpdateReport.model_validate({"report_id": made.id, "query": query})
    await desk.use(service.UpdateReport)(change, desk.owner)

    assert total(await ran(desk, made, max_age=60)) == 0


async def test_why_something_can_not_be_told_is_not_kept(desk: Desk) -> None:
    await desk.measure()
    made = await kept(desk, {"kind": "meter", "slug": "orders"})
    dashboard = await board(desk, made, await kept(desk))
    change = schemas.UpdateMeter(slug="orders", dimensions=["country"])
    await desk.use(service.UpdateMeter)(change, desk.owner)

    building, _ = (await shown(desk, dashboard, max_age=60)).items
    assert building.problem is not None
    assert building.problem.code == "meter_building"
    with pytest.raises(exceptions.MeterBuilding):
        await ran(desk, made, max_age=60)
    await desk.application.work(wait=False)

    built, _ = (await shown(desk, dashboard, max_age=60)).items
    assert built.result is not None
    assert built.problem is None


async def test_whoever_is_erased_is_in_no_answer(desk: Desk) -> None:
    await desk.send(order(subject="ada"), order(subject="bob"))
    made = await kept(desk, PEOPLE)
    await ran(desk, made)

    await erase(desk, "ada")

    left = await ran(desk, made, max_age=60)
    assert [one.key for one in left.items] == ["bob"]


async def test_an_erasure_that_fails_leaves_the_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    await desk.send(order(subject="ada"))
    made = await kept(desk, PEOPLE)
    first = await ran(desk, made)
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="broken"):
        patched.setattr(desk.container.audit(), "record", broken)
        await erase(desk, "ada")

    assert await ran(desk, made, max_age=60) == first


async def test_what_was_being_counted_when_somebody_was_erased_is_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = desk.container.stats_numbers()
    cells = numbers.cells

    async def meanwhile(*about: Any, **options: Any) -> Any:
        found = await cells(*about, **options)
        await erase(desk, "ada")
        return found

    await desk.send(order(subject="ada"))
    made = await kept(desk, PEOPLE)
    with monkeypatch.context() as patched:
        patched.setattr(numbers, "cells", meanwhile)
        assert [one.key for one in (await ran(desk, made)).items] == ["ada"]

    assert (await ran(desk, made, max_age=60)).items == []


async def test_answers_are_told_to_whoever_may_ask_and_to_nobody_else(desk: Desk) -> None:
    await desk.send(order())
    made = await kept(desk)
    first, query = await ran(desk, made), schemas.RunReport(report_id=made.id, max_age=60)
    viewer: Actor = as_role(desk.container, desk.owner, "viewer")

    assert await desk.use(service.RunReport)(query, viewer) == first
    with pytest.raises(exceptions.ReportNotFound):
        await desk.use(service.RunReport)(query, await owning(desk.container))


async def test_what_nobody_can_ask_for_any_more_is_forgotten(desk: Desk) -> None:
    made = await kept(desk)
    await ran(desk, made)
    maintain = desk.use(service.MaintainPartitions)
    report = await desk.container.reports().get(desk.owner.require_organization(), made.id)
    assert report is not None
    found = []

    for moment in (NOW + DAY, NOW + DAY + SECOND):
        desk.clock.moment = moment
        await maintain(schemas.MaintainPartitions(), Actor(kind="system"))
        found.append(
            len(await desk.container.answers().some(report.organization_id, [report], NOW))
        )

    assert found == [1, 0]


@pytest.mark.parametrize("wrong", [-1, 86_401, "1h", None])
def test_an_answer_is_at_most_a_day_old(wrong: object) -> None:
    assert timedelta(seconds=86_400) == constants.ANSWERS_KEPT
    with pytest.raises(ValidationError):
        schemas.Aged.model_validate({"max_age": wrong})


async def test_a_view_of_a_report_says_nothing_of_erasures(desk: Desk) -> None:
    made = await kept(desk)
    await erase(desk, "ada")
    found = await desk.use(service.GetReport)(
        schemas.ReportReference(report_id=made.id), desk.owner
    )
    assert found == made
