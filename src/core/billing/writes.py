from hashlib import sha256

from core.billing import exceptions, orders, ports, provider
from core.billing.changes import Changes
from core.billing.convergence import Convergence
from core.billing.exceptions import CardDeclined, ProviderFailed
from core.billing.models import Account, Command, CommandId, Customer, Payment
from core.exceptions import CoreError, IdempotencyKeyReused, NotFound, Unavailable
from core.models import Actor, OrganizationId
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import Collaborator
from core.telemetry import Metrics


class Writes(Collaborator):
    """Changes something at the provider once, however often it is tried and whoever dies meanwhile.

    The order is written down before the provider is asked, and its id is in the key of each
    request. A repeated request of a client finds the first one's command; a command that nobody
    finished is carried out again under the same keys.
    """

    changes: Changes
    convergence: Convergence
    customers: provider.Customers
    invoices: provider.Invoices
    billing_accounts: ports.Accounts
    commands: ports.Commands
    keyed_lock: ports.KeyedLock
    audit: AuditLog
    metrics: Metrics
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self,
        order: orders.Order,
        actor: Actor,
        organization_id: OrganizationId,
        idempotency_key: str | None = None,
    ) -> Command:
        """Return the command once it is done; raise what the provider refuses it for."""
        command = self._written(order, actor, organization_id, idempotency_key)
        if known := await self._made_before(command):
            return known
        async with self.transaction():
            await self.commands.add(command)
            await self.audit.record(
                actor,
                f"billing.{order.kind}",
                organization_id=organization_id,
                command_id=str(command.id),
            )
        return await self.carry_out(command)

    async def carry_out(self, command: Command) -> Command:
        """Do what a command says, for the first time or again."""
        order = orders.Order.kinds[command.kind].model_validate(command.params)
        async with self.keyed_lock(f"organization/{command.organization_id}"):
            account = await self._customer(command)
            try:
                made = await self.changes(order, command, account)
            except CoreError as error:
                await self._refused(command, account, error)
                raise
            await self.convergence(account)
            return await self._settle(command, "done", result=made.model_dump())

    async def _refused(self, command: Command, account: Account, error: CoreError) -> None:
        if isinstance(error, ProviderFailed):
            # It says so again under the same key: the next try looks first, and has another one.
            await self._settle(command, "pending", attempt=command.attempt + 1)
        elif not isinstance(error, Unavailable):
            # Its client may ask again under the same key, and means another try.
            await self._settle(command, "failed", error=error.code, client_key=None)
        if isinstance(error, CardDeclined):
            await self.convergence(account)  # the try left its traces

    async def awaited(self, command: Command) -> Payment | None:
        """Return the payment that a command waits for, as it stands now."""
        invoice_id = command.result.invoice_id if command.result else None
        payment = await self.invoices.payment(invoice_id) if invoice_id else None
        return None if payment is None or payment.status == "paid" else payment

    async def give_up(self, command: Command) -> None:
        """Leave a command that is too old to be asked for again; what came of it is looked up."""
        account = await self.billing_accounts.get(command.organization_id)
        if account is not None:
            await self.convergence(account)
        await self._settle(command, "failed", error="outcome_unknown")

    async def _customer(self, command: Command) -> Account:
        """Return the organization's account with its customer, whom it gets if it has none."""
        account = await self.billing_accounts.get(command.organization_id)
        if account is not None and account.customer_id is not None:
            return await self.convergence(account)
        account = account or await self.billing_accounts.contact(command.organization_id)
        if account is None:
            raise NotFound
        customer = await self.customers.find(command.organization_id)
        if customer is None:
            customer = await self.customers.create(
                Customer(
                    id="",
                    organization_id=command.organization_id,
                    email=account.email,
                    name=account.name,
                ),
                self.changes.marks(command),
                key=_customer_key(account, command.attempt),
            )
        account = account.evolve(customer_id=customer.id)
        await self.billing_accounts.put(account)
        return account

    async def _made_before(self, command: Command) -> Command | None:
        if command.client_key is None:
            return None
        known = await self.commands.of_client(
            command.organization_id, command.kind, command.client_key
        )
        if known is None:
            return None
        if known.digest != command.digest:
            raise IdempotencyKeyReused
        if known.status == "pending":
            raise exceptions.CommandInFlight(retry_after=1)
        return known

    def _written(
        self,
        order: orders.Order,
        actor: Actor,
        organization_id: OrganizationId,
        idempotency_key: str | None,
    ) -> Command:
        now = self.clock.now()
        client = f"{actor.kind}:{actor.api_key_id or actor.user_id}\n{idempotency_key}"
        return Command(
            id=CommandId(self.ids.new()),
            organization_id=organization_id,
            kind=order.kind,
            params=order.model_dump(mode="json"),
            digest=sha256(order.model_dump_json().encode()).digest(),
            client_key=sha256(client.encode()).digest() if idempotency_key else None,
            created_at=now,
            updated_at=now,
        )

    async def _settle(self, command: Command, status: str, **changes: object) -> Command:
        settled = command.evolve(status=status, updated_at=self.clock.now(), **changes)
        await self.commands.settle(settled)
        outcome = "unanswered" if status == "pending" else status
        self.metrics.count("billing_commands_total", kind=command.kind, outcome=outcome)
        return settled


def _customer_key(account: Account, attempt: int) -> str:
    """Return one key for all who make an organization's customer, until that one is deleted."""
    before = f":{int(account.synced_at.timestamp())}" if account.synced_at else ""
    again = f":again{attempt}" if attempt else ""
    return f"core:customer:{account.organization_id}{before}{again}"
