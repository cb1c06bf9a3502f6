"""What the billing module needs to remember, and whom it asks beside the provider."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, Unpack

from core.billing.models import (
    Account,
    AppliedCatalogue,
    Checkout,
    Command,
    CommandId,
    InboxEvent,
    Mirrored,
    MirroredInvoice,
    Movement,
    MovementKind,
    Override,
    ProviderEvent,
    Revenue,
    Usage,
)
from core.listing import Found, Window
from core.models import OrganizationId


class Accounts(Protocol):
    async def get(self, organization_id: OrganizationId) -> Account | None: ...

    async def of_customer(self, customer_id: str) -> Account | None:
        """Return whose customer this is."""

    async def put(self, account: Account) -> None:
        """Store it whole; raise CustomerTaken if the customer is another organization's."""

    async def page(self, after: OrganizationId | None, *, limit: int) -> list[Account]:
        """Return accounts of all organizations that have a customer, by organization."""

    async def contact(self, organization_id: OrganizationId) -> Account | None:
        """Return an account as it would begin: the organization's name, its first owner's email.

        None if there is no such organization.
        """

    async def members(self, organization_id: OrganizationId, *, invited: bool = False) -> int:
        """Return how many people are in an organization; those `invited` may count, too."""


class Subscriptions(Protocol):
    """The mirror of what organizations pay for."""

    async def of(self, organization_id: OrganizationId) -> list[Mirrored]: ...

    async def put(self, mirrored: Mirrored) -> None: ...

    async def overrides(self, organization_id: OrganizationId) -> list[Override]: ...

    async def put_override(self, override: Override) -> None: ...

    async def drop_override(self, organization_id: OrganizationId, feature_key: str) -> bool:
        """Forget what was given apart; tell whether there was anything."""


class MirroredInvoices(Protocol):
    async def some(
        self, organization_id: OrganizationId, invoice_ids: Sequence[str]
    ) -> list[MirroredInvoice]: ...

    async def page(
        self,
        organization_id: OrganizationId,
        *,
        status: str | None = None,
        **window: Unpack[Window],
    ) -> Found[MirroredInvoice]:
        """Return invoices, the newest first, those that come after the one with that id."""

    async def put(self, invoices: Sequence[MirroredInvoice]) -> None: ...


class Catalogues(Protocol):
    async def newest(self) -> AppliedCatalogue | None: ...

    async def add(self, applied: AppliedCatalogue) -> None:
        """Have this one count from now on; raise VersionMismatch if its version is taken."""


class OpenCheckouts(Protocol):
    async def keep(self, organization_id: OrganizationId, checkout: Checkout) -> None:
        """Note a checkout, or what became of it."""

    async def get(self, organization_id: OrganizationId, checkout_id: str) -> Checkout | None: ...

    async def open(self, organization_id: OrganizationId, now: datetime) -> Checkout | None:
        """Return the organization's checkout that is still open."""


class Inbox(Protocol):
    async def add(self, event: InboxEvent) -> bool:
        """Keep an event; False if it arrived before."""

    async def get(self, event_id: str) -> InboxEvent | None: ...

    async def pending(self, lock_key: str, now: datetime) -> list[InboxEvent]:
        """Return what is to be worked off about one customer, the oldest first."""

    async def due(self, now: datetime, *, limit: int) -> list[InboxEvent]:
        """Return pending events whose time has come, of all customers."""

    async def settle(self, event: InboxEvent) -> None:
        """Store what became of an event."""

    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[InboxEvent]:
        """Return events, the newest first."""

    async def prune(self, before: datetime) -> int:
        """Forget what events said that arrived before then; that they did is kept."""


class Commands(Protocol):
    async def add(self, command: Command) -> None:
        """Write it down; raise CommandInFlight if its client key was just taken by another."""

    async def of_client(
        self, organization_id: OrganizationId, kind: str, client_key: bytes
    ) -> Command | None: ...

    async def get(self, command_id: CommandId) -> Command | None: ...

    async def settle(self, command: Command) -> None:
        """Store what became of it."""

    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[Command]:
        """Return commands of all organizations, the newest first."""

    async def interrupted(self, before: datetime, *, limit: int) -> list[Command]:
        """Return pending commands that nobody touched since then, of all organizations."""


class Meters(Protocol):
    """What organizations used of what is metered."""

    async def lock(self, organization_id: OrganizationId, meter: str) -> None:
        """Let nobody else use of it until the transaction ends."""

    async def add(self, usage: Usage) -> bool:
        """Note what was used; False if it was noted before, by its id."""

    async def used(self, organization_id: OrganizationId, meter: str, since: datetime) -> int:
        """Return how much was used since then."""

    async def hours(
        self, organization_id: OrganizationId, meter: str, since: datetime, until: datetime
    ) -> list[tuple[datetime, int]]:
        """Return what was used in each hour that began in between, the oldest first."""


class Movements(Protocol):
    """How what organizations pay a month moved: all of it together is what they pay now.

    Not a part of the mirror: nobody could tell it again.
    """

    async def mrr(self, organization_id: OrganizationId) -> dict[str, int]:
        """Return what an organization pays a month in each currency that it ever paid in."""

    async def add(
        self, organization_id: OrganizationId, movements: Sequence[Movement], at: datetime
    ) -> None: ...

    async def totals(self) -> list[Revenue]:
        """Return what all organizations pay a month, by currency."""

    async def since(self, moment: datetime) -> dict[tuple[str, MovementKind], int]:
        """Return by how much all of it moved since then, by currency and kind."""


class KeyedLock(Protocol):
    def __call__(self, key: str) -> AbstractAsyncContextManager[None]:
        """Let one in at a time, in whichever process; raise ProviderUnavailable after a while.

        It holds no transaction open.
        """


class WebhookVerifier(Protocol):
    @property
    def enabled(self) -> bool: ...

    def verified(self, body: bytes, signature: str | None, now: datetime) -> ProviderEvent:
        """Return the event that was signed; raise InvalidSignature or InvalidEvent."""
