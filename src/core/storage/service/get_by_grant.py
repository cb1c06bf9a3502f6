from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.storage import exceptions, ports, schemas
from core.storage.models import Content


class GetByGrant(UseCase):
    """Hand out the bytes that a signed address of ours was made for, with the headers it names."""

    grants: ports.Grants
    object_reader: ports.ObjectReader
    clock: Clock

    async def __call__(self, command: schemas.GetByGrant, actor: Actor) -> Content:
        grant = self.grants.open(command.token)
        if grant.action != "get" or not (grant.content_type and grant.disposition):
            raise exceptions.SignatureRefused
        found = await self.object_reader.head(grant.key)
        if found is None:
            raise exceptions.ObjectNotFound
        return Content(
            size=found.size,
            etag=found.etag,
            content_type=grant.content_type,
            content_disposition=grant.disposition,
            stream=lambda start, stop: self.object_reader.stream(grant.key, start, stop),
        )
