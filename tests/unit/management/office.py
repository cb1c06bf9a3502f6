"""Somebody who defines collections, with nothing behind it but dictionaries."""

from typing import Any

from bootstrap import Application, InMemoryContainer
from core.management.collections import schemas, service
from core.management.collections.models import Collection, Definition
from core.management.records.models import Record
from core.models import Actor
from tests.clock import FakeClock
from tests.contracts import contents

TICKETS: dict[str, Any] = {
    "key": "tickets",
    "title": "Tickets",
    "fields": [
        {"key": "name", "type": "text", "required": True},
        {"key": "rank", "type": "integer", "indexed": True},
    ],
}
OPERATOR = Actor(kind="cli")


class Office:
    def __init__(self, container: InMemoryContainer, clock: FakeClock) -> None:
        self.container, self.clock = container, clock
        self.application = Application(container)
        self.use = self.application.use
        self.owner: Actor

    async def define(self, actor: Actor | None = None, **about: Any) -> schemas.CollectionView:
        told = Definition.model_validate(TICKETS | about)
        system = actor is OPERATOR
        command = schemas.CreateCollection(definition=told, system=system)
        return await self.use(service.CreateCollection)(command, actor or self.owner)

    async def change(self, **about: Any) -> schemas.CollectionView:
        command = schemas.UpdateCollection(key="tickets", change=_change(about))
        return await self.use(service.UpdateCollection)(command, self.owner)

    async def plan(self, **about: Any) -> schemas.Plan:
        command = schemas.PlanCollection(key="tickets", change=_change(about))
        return await self.use(service.PlanCollection)(command, self.owner)

    async def get(self, key: str = "tickets", actor: Actor | None = None) -> schemas.CollectionView:
        query = schemas.CollectionReference(key=key)
        return await self.use(service.GetCollection)(query, actor or self.owner)

    async def apply(self, *told: Any, actor: Actor | None = None, **how: Any) -> schemas.ApplyView:
        command = schemas.ApplyCollections.model_validate({"collections": told} | how)
        return await self.use(service.ApplyCollections)(command, actor or self.owner)

    async def work(self) -> None:
        await self.application.work(wait=False)

    async def kept(self, key: str = "tickets") -> Collection:
        found = await self.container.collections().get(self.owner.organization_id, key)
        assert found is not None
        return found

    async def keep(self, *data: dict[str, Any]) -> list[Record]:
        organization_id = self.owner.require_organization()
        return await contents.kept(self.container, await self.kept(), organization_id, *data)

    async def data(self) -> list[dict[str, Any]]:
        of = await self.kept()
        page = await self.container.contents().page(of, after=None, limit=100)
        return [one.data for one in page]


def _change(about: dict[str, Any]) -> schemas.CollectionChange:
    return schemas.CollectionChange.model_validate(about)
