from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from core.models import Model, OrganizationId

CommandId = NewType("CommandId", UUID)


class Outcome(Model):
    """What came of an order: what was made, or the invoice whose payment was begun by it."""

    id: str | None = None
    invoice_id: str | None = None


class Command(Model):
    """A change that we ask the provider for, written down before we ask.

    Its id is in the key of each request, so that however often it is tried it happens once.
    """

    id: CommandId
    organization_id: OrganizationId
    kind: str
    params: dict[str, Any]
    digest: bytes
    client_key: bytes | None = None
    status: Literal["pending", "done", "failed"] = "pending"
    attempt: int = 0
    result: Outcome | None = None
    error: str | None = None
    created_at: datetime
    updated_at: datetime

    def key(self, step: str) -> str:
        """Return the provider's idempotency key for one of its requests."""
        again = f":{self.attempt}" if self.attempt else ""
        return f"core:{self.id}:{step}{again}"
