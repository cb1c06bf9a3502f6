from core.management.collections import constants, policies, ports, schemas
from core.management.collections.changing import Changing
from core.management.collections.models import Collection, Definition
from core.management.collections.planning import Planned, Planning, deletion
from core.management.collections.ports import Owner
from core.models import Actor
from core.service import UseCase


class ApplyCollections(UseCase):
    """Make collections be as a file says: define those that are new, change those that differ.

    Nothing is done where any of it is refused, or with `dry_run`.
    """

    collections: ports.Collections
    planning: Planning
    changing: Changing

    async def __call__(self, command: schemas.ApplyCollections, actor: Actor) -> schemas.ApplyView:
        owner = policies.writes(actor, system=command.system)
        steps = [await self._step(owner, one) for one in command.collections]
        if command.prune:
            keys = {one.key for one in command.collections}
            steps += [deletion(one) for one in await self._own(owner) if one.key not in keys]
        if not command.dry_run:
            await self.changing(actor, owner, steps)
        return schemas.ApplyView(plans=[step.plan for step in steps], applied=not command.dry_run)

    async def _step(self, owner: Owner, definition: Definition) -> Planned:
        found = await self.collections.get(owner, definition.key)
        if found is not None and found.organization_id == owner:
            return await self.planning(found, definition)
        return await self.planning(None, definition)

    async def _own(self, owner: Owner) -> list[Collection]:
        most = 2 * constants.COLLECTIONS  # those that all share are among them
        seen = await self.collections.page(owner, limit=most)
        return [one for one in seen if one.organization_id == owner]
