from core.management.collections import exceptions, policies, ports, schemas
from core.management.collections.changing import Telling
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class RestoreCollection(UseCase):
    """Bring back the collection of that key that was deleted last, with its records."""

    collections: ports.Collections
    telling: Telling
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.CollectionReference, actor: Actor
    ) -> schemas.CollectionView:
        owner = policies.writes(actor, system=command.system)
        async with self.transaction():
            await self.collections.lock(owner)
            gone = await self.collections.deleted(owner, command.key)
            if gone is None:
                raise exceptions.CollectionNotFound
            back = gone.evolve(
                deleted_at=None, updated_at=self.clock.now(), version=gone.version + 1
            )
            await self.collections.put(back)
            await self.telling(actor, back, "collection.restored")
        return schemas.CollectionView.of(back)
