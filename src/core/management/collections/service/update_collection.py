from core.exceptions import VersionMismatch
from core.management.collections import policies, ports, schemas
from core.management.collections.changing import Changing
from core.management.collections.planning import Planning
from core.models import Actor
from core.service import UseCase


class UpdateCollection(UseCase):
    """Change what a record of a collection holds, or who may do what with one.

    Records that are there follow by a job where they have to.
    """

    collections: ports.Collections
    planning: Planning
    changing: Changing

    async def __call__(
        self, command: schemas.UpdateCollection, actor: Actor
    ) -> schemas.CollectionView:
        owner = policies.writes(actor, system=command.system)
        before = policies.owned(await self.collections.get(owner, command.key), owner)
        if command.expected_version not in {None, before.version}:
            raise VersionMismatch
        policies.settled(before)
        wanted = before.definition.evolve(**command.change.changes())
        planned = await self.planning(before, wanted)
        changed = await self.changing(actor, owner, [planned])
        return schemas.CollectionView.of(changed[0] if changed else before)
