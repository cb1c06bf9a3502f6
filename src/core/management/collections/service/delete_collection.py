from core.exceptions import VersionMismatch
from core.management.collections import policies, ports, schemas
from core.management.collections.changing import Changing
from core.management.collections.planning import deletion
from core.models import Actor
from core.service import UseCase


class DeleteCollection(UseCase):
    """Delete a collection; its records are erased 30 days later, until then it can come back."""

    collections: ports.Collections
    changing: Changing

    async def __call__(self, command: schemas.DeleteCollection, actor: Actor) -> None:
        owner = policies.writes(actor, system=command.system)
        before = policies.owned(await self.collections.get(owner, command.key), owner)
        if command.expected_version not in {None, before.version}:
            raise VersionMismatch
        await self.changing(actor, owner, [deletion(before)])
