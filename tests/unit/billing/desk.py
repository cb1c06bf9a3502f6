"""An organization that pays, and everything that happens to it."""

from typing import Any
from uuid import uuid4

from adapters import memory, sandbox
from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.billing import events, schemas, service
from core.billing.catalogue import Allowance, Catalogue, Choice, Limit, Plan, Price, Switch
from core.billing.models import (
    Command,
    CommandId,
    Invoice,
    Mirrored,
    PaymentMethod,
    Refund,
    RefundOrder,
    Subscription,
)
from core.events.models import FanOut
from core.models import Actor, Event, OrganizationId
from core.service import UseCase
from tests.clock import FakeClock
from tests.contracts.founding import as_role, owning

SYSTEM, OPERATOR = Actor(kind="system"), Actor(kind="cli")
HOME = "http://127.0.0.1/billing"

FREE = Plan(key="free", name="Free", features={"projects": Limit(most=3)})
SOLO = Plan(
    key="solo",
    name="Solo",
    rank=10,
    prices=(Price(lookup_key="solo_monthly", amount=500, currency="eur"),),
    features={"projects": Limit(most=10), "support": Choice(value="email")},
)
TEAM = Plan(
    key="team",
    name="Team",
    rank=20,
    trial_days=14,
    prices=(
        Price(lookup_key="team_monthly", amount=1200, currency="eur"),
        Price(lookup_key="team_yearly", amount=12000, currency="eur", interval="year"),
    ),
    features={
        "projects": Limit(most=None),
        "sso": Switch(),
        "support": Choice(value="phone"),
        "calls": Allowance(meter="calls", included=1000),
    },
)
CATALOGUE = Catalogue(free="free", plans=(FREE, SOLO, TEAM))
EVENTS = (
    events.CancellationScheduled,
    events.DuplicateSubscription,
    events.InvoicePaid,
    events.InvoiceRefunded,
    events.MrrChanged,
    events.PaymentFailed,
    events.SubscriptionChanged,
)


class Listen(UseCase):
    """Hear of everything: only for what is heard are there events."""

    async def __call__(self, _: Event, __: Actor) -> None: ...


class Desk:
    def __init__(
        self, application: Application, container: InMemoryContainer, clock: FakeClock
    ) -> None:
        self.use, self.container, self.clock = application.use, container, clock
        self.ledger = container.ledger()
        self.owner: Actor
        container.subscribers().subscriptions.extend((kind, Listen) for kind in EVENTS)

    async def open(self) -> None:
        self.owner = await self.organization()
        await self.apply(CATALOGUE)
        self.forget()

    async def organization(self) -> Actor:
        """Return the owner of a new one."""
        return await owning(self.container)

    def as_role(self, role: str) -> Actor:
        return as_role(self.container, self.owner, role)

    @property
    def organization_id(self) -> OrganizationId:
        return self.owner.require_organization()

    # --- Asking -----------------------------------------------------------------------------------

    async def apply(self, catalogue: Catalogue, *, dry_run: bool = False) -> schemas.AppliedView:
        command = schemas.ApplyCatalogue(catalogue=catalogue, dry_run=dry_run)
        return await self.use(service.ApplyCatalogue)(command, OPERATOR)

    async def checkout(
        self,
        price: str = "solo_monthly",
        *,
        key: str | None = None,
        actor: Actor | None = None,
        **about: Any,
    ) -> schemas.CheckoutView:
        asked = schemas.OpenCheckout.model_validate(
            {"price_lookup_key": price, "success_url": HOME, "cancel_url": HOME} | about
        )
        command = schemas.Ordered(asked=asked, idempotency_key=key)
        return await self.use(service.OpenCheckout)(command, actor or self.owner)

    async def pay(self, checkout: schemas.CheckoutView, last4: str = "4242") -> None:
        await self.container.sandbox_checkouts().pay(checkout.id, last4)

    async def sync(self, checkout: schemas.CheckoutView) -> schemas.BillingView:
        reference = schemas.CheckoutReference(id=checkout.id)
        return await self.use(service.SyncCheckout)(reference, self.owner)

    async def subscribe(
        self, price: str = "solo_monthly", last4: str = "4242", **about: Any
    ) -> schemas.BillingView:
        checkout = await self.checkout(price, **about)
        await self.pay(checkout, last4)
        return await self.sync(checkout)

    async def order(self, kind: type[UseCase], asked: Any = None, key: str | None = None) -> Any:
        use: Any = self.use(kind)
        return await use(schemas.Ordered(asked=asked, idempotency_key=key), self.owner)

    async def standing(self) -> schemas.BillingView:
        return await self.use(service.GetBilling)(None, self.owner)

    async def entitlements(self) -> dict[str, schemas.EntitlementView]:
        found = await self.use(service.ListEntitlements)(None, self.owner)
        return {one.feature: one for one in found.items}

    async def backfill(self, minutes: int = 60) -> int:
        job = schemas.BackfillEvents(minutes=minutes)
        return await self.use(service.BackfillEvents)(job, SYSTEM)

    async def work_off(self) -> None:
        """Do what workers do about events: everything that is waiting."""
        while jobs := self.jobs:
            self.queue.waiting[:] = [one for one in self.queue.waiting if one[0] not in jobs]
            for job in jobs:
                await self.use(service.WorkOffEvents)(job, SYSTEM)

    async def resume(self) -> int:
        return await self.use(service.ResumeCommands)(schemas.ResumeCommands(), SYSTEM)

    async def add_card(self, last4: str) -> PaymentMethod:
        [told] = (await self.told()).values()
        methods: Any = self.container.payment_methods()
        added: PaymentMethod = await methods.add(told.customer_id, last4)
        return added

    async def dashboard_refund(self, invoice_id: str, amount: int) -> Refund:
        """Give money back as somebody does at the provider's own pages."""
        order = RefundOrder(
            invoice_id=invoice_id,
            amount=amount,
            reason="requested_by_customer",
            command_id=CommandId(uuid4()),
            metadata={},
        )
        return await self.container.refunds().make(order, key="dashboard")

    # --- What is there ----------------------------------------------------------------------------

    @property
    def queue(self) -> memory.Jobs:
        queue = self.container.jobs()
        assert isinstance(queue, memory.Jobs)
        return queue

    @property
    def jobs(self) -> list[schemas.WorkOffEvents]:
        return [job for job, _ in self.queue.waiting if isinstance(job, schemas.WorkOffEvents)]

    @property
    def published(self) -> list[str]:
        """What was told to others."""
        return [job.topic for job, _ in self.queue.waiting if isinstance(job, FanOut)]

    @property
    def actions(self) -> list[str]:
        return [row.action for row in self.container.store().table(AuditEvent).values()]

    @property
    def commands(self) -> list[Command]:
        return list(self.container.store().table(Command).values())

    @property
    def mirrored(self) -> dict[str, Subscription]:
        rows = self.container.store().table(Mirrored).values()
        return {row.subscription.id: row.subscription for row in rows}

    async def told(self) -> dict[str, Subscription]:
        """What the provider says."""
        async with self.ledger.opened("test") as state:
            return dict(state.subscriptions)

    async def invoices(self) -> list[Invoice]:
        async with self.ledger.opened("test") as state:
            return list(state.invoices.values())

    def fail(self, operation: str, *, after: bool = False) -> None:
        self.ledger.faults.append(sandbox.Fault(operation, after=after))

    def forget(self) -> None:
        self.container.store().table(AuditEvent).clear()
        self.queue.waiting.clear()
