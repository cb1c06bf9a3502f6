from typing import Any

from core.management.collections import exceptions, openapi, policies, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetCollectionOpenapi(UseCase):
    """Get an OpenAPI document of what a collection's records answer to."""

    collections: ports.Collections

    async def __call__(self, query: schemas.CollectionReference, actor: Actor) -> dict[str, Any]:
        owner = policies.reads(actor, system=query.system)
        found = await self.collections.get(owner, query.key)
        if found is None:
            raise exceptions.CollectionNotFound
        return openapi.document(found)
