from core.models import Actor, Page
from core.service import UseCase
from core.storage import constants, lifecycle, policies, ports, schemas
from core.storage.fields import essence
from core.storage.models import ObjectFilter


class ListObjects(UseCase):
    """List files, newest first: those that are there, or those in one status."""

    buckets: ports.Buckets
    objects: ports.Objects

    async def __call__(
        self, command: schemas.ListObjects, actor: Actor
    ) -> Page[schemas.ObjectView]:
        organization_id = actor.require(constants.OBJECTS_READ)
        bucket = command.bucket and await policies.bucket_named(
            self.buckets, organization_id, command.bucket
        )
        matching = ObjectFilter(
            bucket_id=bucket.id if bucket else None,
            statuses=(command.status,) if command.status else tuple(sorted(lifecycle.LIVE)),
            content_type=command.type and essence(command.type),
            created_after=command.created_after,
            text=command.q,
        )
        found = await self.objects.page(organization_id, matching, **command.window())
        page = command.page(found, lambda stored: stored.id)
        return Page(
            items=list(map(schemas.ObjectView.of, page.items)), next_cursor=page.next_cursor
        )
