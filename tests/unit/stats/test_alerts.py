"""Who wants to know is told once when a meter says too much, and once when no longer."""

from datetime import timedelta
from typing import Any

import pytest

from core.exceptions import PermissionDenied
from core.models import Actor
from core.stats import exceptions, schemas, service
from tests.contracts.founding import as_role
from tests.unit.stats.desk import DAY, NOW, Desk, order


async def watch(desk: Desk, **about: Any) -> schemas.AlertView:
    known: dict[str, Any] = {"title": "A good day", "meter": "orders", "above": 2}
    command = schemas.CreateAlert.model_validate(known | about)
    return await desk.use(service.CreateAlert)(command, desk.owner)


async def look(desk: Desk) -> int:
    changed: int = await desk.use(service.EvaluateAlerts)(
        schemas.EvaluateAlerts(), Actor(kind="system")
    )
    await desk.application.work(wait=False)
    return changed


async def told(desk: Desk) -> list[str]:
    listed = await desk.use(service.ListStatsEvents)(schemas.ListEvents(), desk.owner)
    return [one.name for one in reversed(listed.items) if "alert" in one.name]


async def test_too_much_is_told_once_and_so_is_its_end(desk: Desk) -> None:
    await desk.measure()
    await watch(desk)
    await desk.send(order(), order(), order(1), order(1))
    assert await look(desk) == 0

    await desk.send(order())
    assert [await look(desk), await look(desk)] == [1, 0]
    [shown] = (await desk.use(service.ListAlerts)(None, desk.owner)).items
    assert (shown.state, str(shown.value), shown.changed_at) == ("firing", "3", NOW)

    desk.clock.moment = NOW + DAY
    assert [await look(desk), await look(desk)] == [1, 0]
    assert await told(desk) == ["$stats.alert_fired", "$stats.alert_resolved"]


async def test_too_little_is_told_too(desk: Desk) -> None:
    await desk.measure(aggregation="sum", property="amount")
    await watch(desk, above=None, below=10, window="week")

    assert await look(desk) == 1
    desk.clock.moment += timedelta(minutes=1)
    await desk.send(order(1, props={"amount": 10}))
    assert await look(desk) == 1
    assert await told(desk) == ["$stats.alert_fired", "$stats.alert_resolved"]


async def test_a_meter_that_builds_says_nothing_yet(desk: Desk) -> None:
    await desk.measure()
    await watch(desk, above=None, below=10)
    await desk.use(service.BackfillMeter)(schemas.MeterReference(slug="orders"), desk.owner)

    assert (
        await desk.use(service.EvaluateAlerts)(schemas.EvaluateAlerts(), Actor(kind="system")) == 0
    )


async def test_an_alert_is_about_a_meter_that_is_there_and_knows_it(desk: Desk) -> None:
    with pytest.raises(exceptions.MeterNotFound):
        await watch(desk)
    await desk.measure()
    with pytest.raises(exceptions.Unmetered):
        await watch(desk, aggregation="sum")
    with pytest.raises(exceptions.UnknownZone):
        await watch(desk, tz="Mars")
    for wrong in ({"above": None}, {"below": 1}, {"above": "NaN"}, {"window": "year"}):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever rule
            await watch(desk, **wrong)
    made = await watch(desk)

    delete = desk.use(service.DeleteAlert)
    reference = schemas.AlertReference(alert_id=made.id)
    with pytest.raises(PermissionDenied):
        await delete(reference, as_role(desk.container, desk.owner, "member"))
    await delete(reference, desk.owner)
    with pytest.raises(exceptions.AlertNotFound):
        await delete(reference, desk.owner)
