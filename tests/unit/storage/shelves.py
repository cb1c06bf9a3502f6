"""An organization's files for use cases to work on, over stores that may fail."""

from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any, override

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.accounts import policies
from core.audit import AuditEvent
from core.events.models import FanOut
from core.models import Actor, Event, Job, OrganizationId
from core.service import UseCase
from core.storage import events, ports, schemas, service
from core.storage.exceptions import StoreUnavailable
from core.storage.models import StoreCapabilities, Stored, StoredObject, Usage
from tests import factories
from tests.clock import FakeClock

SYSTEM = Actor(kind="system")
OPERATOR = Actor(kind="cli")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
EVENTS = (events.ObjectAvailable, events.ObjectDeleted, events.ObjectQuarantined)


class Listen(UseCase):
    """Hear of everything: only for what is heard are there events."""

    async def __call__(self, _: Event, __: Actor) -> None: ...


class FaultyWriter(ports.ObjectWriter):
    """A store that answers nobody while it is `down`."""

    capabilities = StoreCapabilities()

    def __init__(self, kept: ports.ObjectWriter) -> None:
        self._kept = kept
        self.down = False

    @override
    async def put(self, key: str, chunks: AsyncIterator[bytes], **about: Any) -> Stored:
        self._check()
        return await self._kept.put(key, chunks, **about)

    @override
    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        self._check()
        return await self._kept.copy(source, target, content_type)

    @override
    async def delete(self, key: str) -> None:
        self._check()
        await self._kept.delete(key)

    def _check(self) -> None:
        if self.down:
            raise StoreUnavailable


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(data), 7000):
        yield data[place : place + 7000]


def digest(data: bytes) -> str:
    return b64encode(sha256(data).digest()).decode()


class Files:
    """What a client does: it announces files, sends their bytes, and looks at what became of it."""

    def __init__(
        self, application: Application, container: InMemoryContainer, clock: FakeClock
    ) -> None:
        self.use = application.use
        self.container = container
        self.clock = clock
        writer = container.object_writer()
        assert isinstance(writer, FaultyWriter)
        self.writer = writer
        self.owner: Actor
        container.subscribers().subscriptions.extend((kind, Listen) for kind in EVENTS)

    async def open(self) -> None:
        self.owner = await self.organization()
        await self.bucket("docs")
        self.forget()

    async def organization(self) -> Actor:
        """Return the owner of a new one."""
        user, organization = factories.user(), factories.organization()
        await self.container.users().add(user)
        await self.container.organizations().add(
            organization, factories.membership(organization, user, "owner")
        )
        return self.at_work(user.id, organization.id, "owner")

    def at_work(self, user_id: Any, organization_id: OrganizationId, role: str) -> Actor:
        return Actor(
            kind="user",
            user_id=user_id,
            organization_id=organization_id,
            role=role,
            permissions=policies.permissions_of(role, self.container.permissions()),
        )

    def as_role(self, role: str) -> Actor:
        return self.at_work(self.owner.user_id, self.organization_id, role)

    @property
    def organization_id(self) -> OrganizationId:
        return self.owner.require_organization()

    # --- Asking -----------------------------------------------------------------------------------

    async def bucket(self, name: str, actor: Actor | None = None, **rules: Any) -> Any:
        command = schemas.CreateBucket(name=name, **rules)
        return await self.use(service.CreateBucket)(command, actor or self.owner)

    async def announce(
        self,
        data: bytes = b"hello",
        actor: Actor | None = None,
        key: str | None = None,
        **about: Any,
    ) -> schemas.OpenedUpload:
        declared = {
            "bucket": "docs",
            "filename": "notes.txt",
            "content_type": "text/plain",
            "size": len(data),
        }
        upload = schemas.InitiateUpload.model_validate(declared | about)
        command = schemas.OpenUpload(upload=upload, idempotency_key=key)
        return await self.use(service.OpenUpload)(command, actor or self.owner)

    async def send(self, opened: schemas.OpenedUpload, data: bytes) -> None:
        """Put the bytes where the answer says, as a client does."""
        request = opened.upload.request
        assert request is not None
        await self.put(request.url, data, **request.headers)

    async def put(self, url: str, data: bytes, **headers: str) -> Any:
        command = schemas.PutByGrant(
            token=url.rpartition("/")[2],
            size=len(data),
            content_type=headers.get("Content-Type"),
            if_none_match=headers.get("If-None-Match"),
            checksum_sha256=headers.get("x-amz-checksum-sha256"),
            chunks=chunks(data),
        )
        return await self.use(service.PutByGrant)(command, factories.anonymous())

    async def complete(
        self, opened: schemas.OpenedUpload, actor: Actor | None = None, **completion: Any
    ) -> schemas.ObjectView:
        command = schemas.CompleteUpload(
            id=opened.object.id, completion=schemas.Completion.model_validate(completion)
        )
        return await self.use(service.CompleteUpload)(command, actor or self.owner)

    async def upload(self, data: bytes = b"hello", **about: Any) -> schemas.ObjectView:
        opened = await self.announce(data, **about)
        await self.send(opened, data)
        return await self.complete(opened)

    async def direct(self, data: bytes, **about: Any) -> schemas.ObjectView:
        declared: dict[str, Any] = {
            "bucket": "docs",
            "filename": "notes.txt",
            "content_type": "text/plain",
            "size": len(data),
            "chunks": chunks(data),
        }
        command = schemas.DirectUpload(**(declared | about))
        return await self.use(service.UploadDirect)(command, self.owner)

    async def delete(self, stored: schemas.ObjectView, actor: Actor | None = None) -> None:
        reference = schemas.ObjectReference(id=stored.id)
        await self.use(service.DeleteObject)(reference, actor or self.owner)

    async def look(self, object_id: Any, actor: Actor | None = None) -> schemas.ObjectView:
        reference = schemas.ObjectReference(id=object_id)
        return await self.use(service.GetObject)(reference, actor or self.owner)

    async def expire(self) -> int:
        return await self.use(service.ExpireUploads)(schemas.ExpireUploads(), SYSTEM)

    async def purge(self) -> int:
        return await self.use(service.PurgeObjects)(schemas.PurgeObjects(), SYSTEM)

    async def resume(self) -> int:
        return await self.use(service.ResumeInterrupted)(schemas.ResumeInterrupted(), SYSTEM)

    # --- What is left behind ----------------------------------------------------------------------

    async def row(self, object_id: Any) -> StoredObject:
        found = await self.container.objects().get(self.organization_id, object_id)
        assert found is not None
        return found

    @property
    def usage(self) -> tuple[int, int, int]:
        """How much is used, reserved, and how many files there are."""
        kept = self.container.store().table(Usage)[self.organization_id]
        return kept.used, kept.reserved, kept.objects

    @property
    def keys(self) -> set[str]:
        """Where bytes lie."""
        return set(self.container.shelf().objects)

    @property
    def audited(self) -> list[AuditEvent]:
        return list(self.container.store().table(AuditEvent).values())

    @property
    def actions(self) -> list[str]:
        return [row.action for row in self.audited]

    @property
    def jobs(self) -> list[Job]:
        queue = self.container.jobs()
        assert isinstance(queue, memory.Jobs)
        return [job for job, _ in queue.waiting]

    @property
    def published(self) -> list[str]:
        return [job.topic for job in self.jobs if isinstance(job, FanOut)]

    def forget(self) -> None:
        self.container.store().table(AuditEvent).clear()
        queue = self.container.jobs()
        assert isinstance(queue, memory.Jobs)
        queue.waiting.clear()
