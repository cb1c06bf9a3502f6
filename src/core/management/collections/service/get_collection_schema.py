from typing import Any

from core.management.collections import describing, exceptions, policies, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetCollectionSchema(UseCase):
    """Get the JSON Schema of a record as one sends it."""

    collections: ports.Collections

    async def __call__(self, query: schemas.CollectionReference, actor: Actor) -> dict[str, Any]:
        owner = policies.reads(actor, system=query.system)
        found = await self.collections.get(owner, query.key)
        if found is None:
            raise exceptions.CollectionNotFound
        return describing.schema(found)
