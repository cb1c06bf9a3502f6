"""Places for the contracts of storage's rows to play in."""

from typing import Any

from bootstrap import Container
from core.storage.models import Bucket, StoredObject
from tests import factories
from tests.contracts.founding import founded


async def bucket(container: Container, **fields: Any) -> Bucket:
    """Return a bucket of a new organization, or of the one that is named."""
    if "organization_id" not in fields:
        organization, _ = await founded(container)
        fields["organization_id"] = organization.id
    made = factories.bucket(**fields)
    await container.buckets().add(made)
    return made


async def admitted(container: Container, place: Bucket, **fields: Any) -> StoredObject:
    """Return an object that has its room in a bucket."""
    made = factories.stored_object(place, **fields)
    assert await container.objects().admit(made, None)
    return made


async def moved(
    container: Container, stored: StoredObject, *statuses: Any, **changes: Any
) -> StoredObject:
    """Take an object through these statuses."""
    for status in statuses:
        after = stored.moved(status, factories.NOW, **changes)
        assert await container.objects().move(stored, after)
        stored = after
    return stored


async def sums(container: Container, place: Bucket) -> tuple[int, int, int]:
    usage = await container.usages().get(place.organization_id)
    return usage.used, usage.reserved, usage.objects
