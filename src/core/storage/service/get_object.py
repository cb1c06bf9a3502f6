from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas


class GetObject(UseCase):
    """Return what is known of a file."""

    objects: ports.Objects

    async def __call__(self, command: schemas.ObjectReference, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_READ)
        stored = await policies.shown_object(self.objects, organization_id, command.id)
        return schemas.ObjectView.of(stored)
