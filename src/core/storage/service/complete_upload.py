from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.finishing import Finishing


class CompleteUpload(UseCase):
    """Verify what arrived and make it available; repeating it changes nothing.

    A large file may be `verifying` for a while, one that must be scanned first is `scanning`.
    """

    objects: ports.Objects
    finishing: Finishing

    async def __call__(self, command: schemas.CompleteUpload, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.upload(self.objects, organization_id, command.id)
        if stored.status in {"verifying", "scanning", "available"}:
            return schemas.ObjectView.of(stored)
        policies.check_open(stored)
        finished = await self.finishing(stored, actor, command.completion.parts)
        return schemas.ObjectView.of(finished)
