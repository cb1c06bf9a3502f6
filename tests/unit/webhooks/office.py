"""An organization that wants to hear of things, and who hears them."""

from collections import deque
from typing import Any, override

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.billing.events import InvoicePaid
from core.events import models as events
from core.events import service as events_service
from core.models import Actor, Job, OrganizationEvent, PageRequest
from core.webhooks import ports, schemas, service
from core.webhooks.exceptions import DeliveryFailed
from core.webhooks.models import Message
from tests.clock import FakeClock
from tests.contracts.founding import as_role, owning

SYSTEM = Actor(kind="system")
URL = "https://example.com/hook"


class Receiver(ports.Sender):
    """Somebody's server: answers as it is told, and 200 when it is told nothing."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.answers: deque[int | None] = deque()

    @override
    async def send(self, message: Message) -> int:
        status = self.answers.popleft() if self.answers else 200
        self.got.append(message)
        if status is None:
            raise DeliveryFailed("nobody answered")
        return status


class Office:
    def __init__(
        self,
        application: Application,
        container: InMemoryContainer,
        clock: FakeClock,
        receiver: Receiver,
    ) -> None:
        self.use, self.container = application.use, container
        self.application = application
        self.clock, self.receiver = clock, receiver
        self.owner: Actor

    async def open(self) -> None:
        self.owner = await self.organization()
        self.queue.waiting.clear()

    async def organization(self) -> Actor:
        """Return the owner of a new one."""
        return await owning(self.container)

    def as_role(self, role: str) -> Actor:
        return as_role(self.container, self.owner, role)

    async def listen(self, url: str = URL, *topics: str, **about: Any) -> schemas.NewEndpoint:
        command = schemas.CreateEndpoint(url=url, topics=list(topics), **about)
        return await self.use(service.CreateEndpoint)(command, self.owner)

    def event(self, number: int = 1) -> InvoicePaid:
        return InvoicePaid(
            organization_id=self.owner.require_organization(),
            invoice_id=f"in_{number}",
            total=number,
            currency="eur",
            at=self.clock.now(),
        )

    async def happen(self, *happened: OrganizationEvent) -> None:
        for event in happened:
            async with self.container.transaction()():
                await self.container.events().publish(event)

    async def work(self, *, later: bool = False) -> None:
        """Do what workers do: everything whose time has come, or all of it."""
        while jobs := [one for one in self.queue.waiting if later or self._due(one[1])]:
            for one in jobs:
                self.queue.waiting.remove(one)
                await self.carry_out(one[0])

    async def carry_out(self, job: Job) -> None:
        match job:
            case events.FanOut():
                await self.use(events_service.FanOut)(job, SYSTEM)
            case events.Deliver():
                await self.use(events_service.Deliver)(job, SYSTEM)
            case schemas.SendMessages():
                await self.use(service.SendMessages)(job, SYSTEM)
            case _:
                pass

    async def sweep(self) -> int:
        return await self.use(service.SweepMessages)(schemas.SweepMessages(), SYSTEM)

    async def deliveries(self, endpoint: schemas.EndpointView) -> list[schemas.DeliveryView]:
        query = schemas.ListDeliveries(endpoint_id=endpoint.id, page=PageRequest(limit=100))
        return (await self.use(service.ListDeliveries)(query, self.owner)).items

    async def seen(self, endpoint: schemas.EndpointView) -> schemas.EndpointView:
        reference = schemas.EndpointReference(endpoint_id=endpoint.id)
        return await self.use(service.GetEndpoint)(reference, self.owner)

    @property
    def numbers(self) -> list[int]:
        """Which events arrived, in their order."""
        return [int(message.body.split(b'"in_')[1].split(b'"')[0]) for message in self.receiver.got]

    @property
    def queue(self) -> memory.Jobs:
        queue = self.container.jobs()
        assert isinstance(queue, memory.Jobs)
        return queue

    @property
    def actions(self) -> list[str]:
        return [row.action for row in self.container.store().table(AuditEvent).values()]

    def _due(self, at: Any) -> bool:
        return at is None or at <= self.clock.now()
