from core.management.collections import policies, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListCollections(UseCase):
    """See which collections there are, the newest first; those that all share are among them."""

    collections: ports.Collections

    async def __call__(
        self, query: schemas.ListCollections, actor: Actor
    ) -> Page[schemas.CollectionView]:
        owner = policies.reads(actor, system=query.system)
        found = await self.collections.page(owner, **query.window())
        return query.answer(found, schemas.CollectionView.of)
