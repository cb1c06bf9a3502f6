from core.management.collections import policies, ports, schemas
from core.management.collections.changing import Changing
from core.management.collections.exceptions import CollectionTaken
from core.management.collections.planning import Planning
from core.models import Actor
from core.service import UseCase


class CreateCollection(UseCase):
    """Define a collection: what a record of it holds, and who may do what with one."""

    collections: ports.Collections
    planning: Planning
    changing: Changing

    async def __call__(
        self, command: schemas.CreateCollection, actor: Actor
    ) -> schemas.CollectionView:
        owner = policies.writes(actor, system=command.system)
        if await self.collections.get(owner, command.definition.key) is not None:
            raise CollectionTaken
        planned = await self.planning(None, command.definition)
        [made] = await self.changing(actor, owner, [planned])
        return schemas.CollectionView.of(made)
