from core.models import Actor
from core.service import UseCase
from core.storage import exceptions, ports, schemas, serving
from core.storage.models import Content


class OpenPublicContent(UseCase):
    """Hand out a file of a public bucket to anybody, under an address that stays the same."""

    object_checks: ports.ObjectChecks
    object_reader: ports.ObjectReader

    async def __call__(self, command: schemas.PublicReference, actor: Actor) -> Content:
        stored = await self.object_checks.public(command.bucket_id, command.id)
        if stored is None:
            raise exceptions.ObjectNotFound
        return serving.content(stored, self.object_reader.stream)
