from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.addresses import UploadAddresses


class SignParts(UseCase, onlookers=True):
    """Sign further parts of an upload, or the same ones again once their addresses ran out."""

    objects: ports.Objects
    addresses: UploadAddresses

    async def __call__(self, command: schemas.SignParts, actor: Actor) -> schemas.SignedParts:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.upload(self.objects, organization_id, command.id)
        policies.check_open(stored)
        return schemas.SignedParts(parts=self.addresses.parts(stored, command.parts.numbers))
