"""How a repeated request to make an object is told from a new one.

The row that the first one left is what answers the second: nothing waits for the store inside of a
transaction, and the addresses of the answer are signed afresh.
"""

from hashlib import sha256
from typing import NamedTuple

from core.exceptions import IdempotencyKeyReused
from core.models import Actor, Model, OrganizationId
from core.storage import ports
from core.storage.models import StoredObject


class RequestMark(NamedTuple):
    key: bytes
    digest: bytes


def mark(idempotency_key: str | None, asked: Model, actor: Actor) -> RequestMark | None:
    """Return what identifies a request that carries an idempotency key, and what it asks for."""
    if idempotency_key is None:
        return None
    owner = f"{actor.kind}:{actor.api_key_id or actor.user_id}"
    key = sha256(f"{owner}\n{idempotency_key}".encode()).digest()
    return RequestMark(key, sha256(asked.model_dump_json().encode()).digest())


async def made_before(
    objects: ports.Objects, organization_id: OrganizationId, marked: RequestMark | None
) -> StoredObject | None:
    """Return what a request made when it came first; raise IdempotencyKeyReused for another one."""
    known = marked and await objects.requested(organization_id, marked.key)
    if marked and known and known.request_hash != marked.digest:
        raise IdempotencyKeyReused
    return known
