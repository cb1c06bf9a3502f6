from core.management.collections import exceptions, policies, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetCollection(UseCase):
    """See what a record of a collection holds."""

    collections: ports.Collections

    async def __call__(
        self, query: schemas.CollectionReference, actor: Actor
    ) -> schemas.CollectionView:
        owner = policies.reads(actor, system=query.system)
        found = await self.collections.get(owner, query.key)
        if found is None:
            raise exceptions.CollectionNotFound
        return schemas.CollectionView.of(found)
