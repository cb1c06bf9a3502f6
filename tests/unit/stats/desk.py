"""Somebody who sends events and asks for numbers, with nothing behind it but dictionaries."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bootstrap import Application, InMemoryContainer
from core.models import Actor
from core.stats import schemas, service
from tests.clock import FakeClock

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Desk:
    def __init__(self, container: InMemoryContainer, clock: FakeClock) -> None:
        self.container, self.clock = container, clock
        self.application = Application(container)
        self.use = self.application.use
        self.owner: Actor

    async def send(self, *events: dict[str, Any]) -> schemas.IngestView:
        return await self.use(service.IngestEvents)(schemas.Ingest(events=list(events)), self.owner)

    async def ask(self, **about: Any) -> schemas.Answer:
        known: dict[str, Any] = {"from": NOW - 7 * DAY, "to": NOW + DAY, "event": "order.placed"}
        query = schemas.Query.model_validate(known | about)
        return await self.use(service.QueryStats)(query, self.owner)

    async def measure(self, **about: Any) -> schemas.MeterView:
        known: dict[str, Any] = {"slug": "orders", "event_name": "order.placed"}
        command = schemas.CreateMeter.model_validate(known | about)
        made = await self.use(service.CreateMeter)(command, self.owner)
        await self.application.work(wait=False)
        return made

    async def usage(self, slug: str = "orders", **about: Any) -> schemas.Answer:
        known: dict[str, Any] = {"from": NOW - 7 * DAY, "to": NOW + DAY, "slug": slug}
        query = schemas.MeterUsage.model_validate(known | about)
        return await self.use(service.QueryMeter)(query, self.owner)


def order(day: int = 0, **about: Any) -> dict[str, Any]:
    return {
        "name": "order.placed",
        "id": str(uuid4()),
        "time": (NOW - day * DAY).isoformat(),
    } | about


def totals(answer: schemas.Answer) -> list[tuple[str, float]]:
    return [(",".join(one.dims.values()), float(one.total or 0)) for one in answer.series]


def values(answer: schemas.Answer) -> list[Decimal | None]:
    [series] = answer.series
    return [point.value for point in series.points]
