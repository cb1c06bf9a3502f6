from core.management.collections import policies, ports, schemas
from core.management.collections.planning import Planning
from core.models import Actor
from core.service import UseCase


class PlanCollection(UseCase):
    """See what a change of a collection would mean, and which records are in its way."""

    collections: ports.Collections
    planning: Planning

    async def __call__(self, command: schemas.PlanCollection, actor: Actor) -> schemas.Plan:
        owner = policies.writes(actor, system=command.system)
        before = policies.owned(await self.collections.get(owner, command.key), owner)
        wanted = before.definition.evolve(**command.change.changes())
        return (await self.planning(before, wanted)).plan
