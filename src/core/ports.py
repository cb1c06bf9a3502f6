"""The ports every module leans on."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Literal, Protocol, Unpack
from uuid import UUID

from core.audit import AuditEvent, AuditFilter
from core.listing import Found, Window
from core.models import Actor, Event, Job, Limit, OrganizationId
from core.stored import StoredAnswer, StoredBox


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the current moment, in UTC."""


class Ids(Protocol):
    def new(self) -> UUID:
        """Return a fresh identifier that sorts by time (UUIDv7, RFC 9562 5.7)."""


class Transaction(Protocol):
    def __call__(self, *, joined: bool = False) -> AbstractAsyncContextManager[None]:
        """Keep everything written inside together, or nothing of it.

        Leaving normally commits, an exception rolls back, nesting makes a savepoint. It belongs to
        the task that opened it. Never hold one while waiting on anything but the database.

        `joined` lends itself to the next one inside, which then needs no savepoint: whatever fails
        in there must not be caught on the way out.
        """


class Jobs(Protocol):
    async def defer(self, job: Job, *, at: datetime | None = None, lock: str | None = None) -> None:
        """Have a worker carry the job out, once the surrounding transaction commits.

        It runs at least once, not before `at`; jobs of one `lock` run one after another. If the
        transaction rolls back there was no job.
        """


class Worker(Protocol):
    async def run(
        self,
        handler: Callable[[Job], Awaitable[object]],
        schedule: Mapping[type[Job], str],
        *,
        wait: bool = True,
    ) -> None:
        """Hand jobs to the handler until cancelled, then let those in flight finish.

        `schedule` maps a job to the cron line, in UTC, by which it comes; of many workers one
        defers it. Without `wait`, return as soon as there is nothing to do.
        """


class Events(Protocol):
    async def publish(self, event: Event) -> None:
        """Tell every subscriber, each retried by itself, once the transaction commits."""


class AuditLog(Protocol):
    async def record(
        self,
        actor: Actor,
        action: str,
        *,
        target: tuple[str, UUID] | None = None,
        organization_id: OrganizationId | None = None,
        outcome: Literal["success", "failure"] = "success",
        **metadata: Any,
    ) -> None:
        """Add a row, in the surrounding transaction; never a secret in its metadata.

        The organization is the actor's own unless another one is named.
        """

    async def page(
        self, organization_id: OrganizationId, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        """Return an organization's rows, newest first."""

    async def everywhere(
        self, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        """Return the rows of all organizations and of none, newest first: for operators."""


class Throttle(Protocol):
    async def hit(self, *limits: tuple[Limit, str]) -> None:
        """Count one attempt under each (limit, subject); raise RateLimited if any is exceeded.

        Counted at once and for good, whatever happens to the surrounding transaction: call it
        before opening one.
        """

    async def forgive(self, *limits: tuple[Limit, str]) -> None:
        """Take the attempt back: it succeeded, and only failures count."""


class Switchboard(Protocol):
    """What operators have switched for everybody; every process knows within a few seconds.

    Asking costs no round trip: what is known is good for a moment.
    """

    async def require_writable(self, actor: Actor | None) -> None:
        """Raise ReadOnlyMode while the service is read-only, unless an operator is asking."""

    async def require_sign_ups(self) -> None:
        """Raise SignUpsClosed, or ReadOnlyMode, while nobody new is taken."""

    def forget(self) -> None:
        """Look again the next time: something was switched here."""


class Seals(Protocol):
    """Tokens that carry their own proof, so that nothing secret is stored.

    A token is base64url of version, key id, payload and HMAC-SHA256 under a key derived from
    SECRET_KEYS for its purpose alone (HKDF, RFC 5869). Old keys still open what they sealed.
    """

    def seal(self, purpose: str, payload: bytes) -> str:
        """Return the token: the same for the same purpose and payload."""

    def unseal(self, purpose: str, token: str) -> bytes | None:
        """Return the payload, or None for anything we did not seal for this purpose."""

    def fingerprint(self, purpose: str, value: str) -> str:
        """Return a keyed hash: tells equal values apart from others without telling the value."""

    def code(self, purpose: str, payload: bytes) -> str:
        """Return six digits to type: the same for the same purpose and payload.

        So few are guessed: whoever compares them counts the tries.
        """

    def matches_code(self, purpose: str, payload: bytes, code: str) -> bool:
        """Tell whether this is that code, under any of the keys, in constant time."""


class SecretBox(Protocol):
    """Encryption at rest under keys derived from SECRET_KEYS; old keys still decrypt."""

    def encrypt(self, secret: bytes) -> bytes: ...

    def decrypt(self, box: bytes) -> bytes:
        """Return the secret; raise ValueError if no key of ours fits."""

    def renew(self, box: bytes) -> bytes:
        """Return the same secret under the newest key; raise ValueError if no key of ours fits."""


class SecretBoxes(Protocol):
    """Everything that lies encrypted for long, wherever it lies."""

    async def page(self, after: str | None, *, limit: int) -> list[StoredBox]:
        """Return some, ordered by key, that come after that key."""

    async def replace(self, stored: StoredBox, box: bytes) -> bool:
        """Put another box in its place; False if it is not what lies there any more."""


class IdempotencyKeys(Protocol):
    """Answers kept by (who, key) for a day, written in the transaction of what they answer."""

    async def claim(self, owner: str, key: str, fingerprint: bytes) -> StoredAnswer | None:
        """Take the key for the surrounding transaction; return the answer if it has one already.

        Raise IdempotencyKeyReused if the key stands for another request, IdempotencyKeyInFlight
        if another transaction holds it right now, IdempotencyAnswerLost if its answer was encrypted
        under a key that is gone.
        """

    async def keep(self, owner: str, key: str, fingerprint: bytes, answer: StoredAnswer) -> None:
        """Store what the request was answered."""


class Housekeeping(Protocol):
    async def purge(self, now: datetime) -> int:
        """Forget what ran out: idempotency keys after a day, counters, sign-ins on their way."""


class Readiness(Protocol):
    async def problems(self) -> list[str]:
        """Say what keeps the service from answering requests, in sentences that say what to do."""

    async def danger(self) -> str | None:
        """Say why nobody may be served at all, now or later; None also when nobody can tell."""
