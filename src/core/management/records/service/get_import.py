from core.management.records import exceptions, ports, schemas
from core.management.records.access import RecordAccess
from core.models import Actor
from core.service import UseCase


class GetImport(UseCase):
    """See how far a file is, and what was wrong in it."""

    access: RecordAccess
    record_imports: ports.Imports

    async def __call__(self, query: schemas.ImportReference, actor: Actor) -> schemas.ImportView:
        opened = await self.access(actor, query.collection, "read")
        found = await self.record_imports.get(opened.organization_id, query.import_id)
        if found is None or found.collection_id != opened.collection.id:
            raise exceptions.ImportNotFound
        return schemas.ImportView.of(found)
