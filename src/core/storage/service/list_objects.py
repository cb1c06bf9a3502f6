from typing import get_args

from core.models import Actor, Page
from core.service import UseCase
from core.storage import constants, lifecycle, policies, ports, schemas
from core.storage.fields import essence
from core.storage.lifecycle import Status
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
            statuses=_statuses(command),
            content_type=command.type and essence(command.type),
            created_after=command.created_after,
            text=command.q,
        )
        found = await self.objects.page(organization_id, matching, **command.window())
        return command.answer(found, schemas.ObjectView.of)


def _statuses(command: schemas.ListObjects) -> tuple[Status, ...]:
    if command.status:
        return (command.status,)
    named = any(name == "status" for name, _, _ in command.filter)
    return get_args(Status.__value__) if named else tuple(sorted(lifecycle.LIVE))
