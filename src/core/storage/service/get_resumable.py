from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas


class GetResumable(UseCase):
    """See how far a resumable upload came, to go on from there."""

    objects: ports.Objects

    async def __call__(
        self, reference: schemas.UploadReference, actor: Actor
    ) -> schemas.ResumableView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.resumable(self.objects, organization_id, reference.id)
        return schemas.ResumableView.of(stored)
