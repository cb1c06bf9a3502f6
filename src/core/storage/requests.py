"""How a repeated request to open an upload is told from a new one.

The row that the first one left is what answers the second: nothing waits for the store inside of a
transaction, and the addresses of the answer are signed afresh.
"""

from hashlib import sha256
from typing import NamedTuple

from core.models import Actor
from core.storage.schemas import OpenUpload


class RequestMark(NamedTuple):
    key: bytes
    digest: bytes


def mark(command: OpenUpload, actor: Actor) -> RequestMark | None:
    """Return what identifies a request that carries an idempotency key, and what it asks for."""
    if command.idempotency_key is None:
        return None
    owner = f"{actor.kind}:{actor.api_key_id or actor.user_id}"
    key = sha256(f"{owner}\n{command.idempotency_key}".encode()).digest()
    return RequestMark(key, sha256(command.upload.model_dump_json().encode()).digest())
