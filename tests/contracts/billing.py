"""What every adapter must do that keeps what the billing module remembers."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from bootstrap import Container
from core.billing import schemas
from core.billing.catalogue import Catalogue, Limit, Plan, Price, Rate, Switch
from core.billing.exceptions import CommandInFlight, CustomerTaken
from core.billing.models import (
    Account,
    AppliedCatalogue,
    Checkout,
    Command,
    CommandId,
    InboxEvent,
    Invoice,
    Item,
    Mirrored,
    MirroredInvoice,
    Movement,
    MovementKind,
    Outcome,
    Override,
    Pause,
    PaymentMethod,
    PendingChange,
    ProviderEvent,
    Revenue,
    Subscription,
    Usage,
)
from core.exceptions import VersionMismatch
from core.listing import Found
from core.models import OrganizationId
from tests.contracts.founding import founded
from tests.factories import NOW

HOUR = timedelta(hours=1)


def unique(kind: str) -> str:
    return f"{kind}_{uuid4().hex}"


async def organization(container: Container) -> OrganizationId:
    return (await founded(container))[0].id


def subscription(**fields: Any) -> Subscription:
    item = Item(
        id=unique("si"),
        price_id="price_1",
        lookup_key="team_monthly",
        quantity=3,
        rate=Rate(amount=Decimal("1200.25"), currency="eur", interval="month"),
        period_start=NOW,
        period_end=NOW + 30 * 24 * HOUR,
    )
    known: dict[str, Any] = {
        "id": unique("sub"),
        "customer_id": unique("cus"),
        "status": "active",
        "items": (item,),
        "currency": "eur",
        "created_at": NOW,
    }
    return Subscription.model_validate(known | fields)


def invoice(**fields: Any) -> Invoice:
    known: dict[str, Any] = {
        "id": unique("in"),
        "customer_id": unique("cus"),
        "status": "paid",
        "currency": "eur",
        "total": 1200,
        "created_at": NOW,
    }
    return Invoice.model_validate(known | fields)


def arrived(**fields: Any) -> InboxEvent:
    about = {name: fields.pop(name) for name in ("customer_id", "payload") if name in fields}
    event = ProviderEvent(
        id=unique("evt"), type="invoice.paid", created_at=NOW, live=False, **about
    )
    known: dict[str, Any] = {"event": event, "due_at": NOW, "received_at": NOW}
    return InboxEvent.model_validate(known | fields)


def command(organization_id: OrganizationId, **fields: Any) -> Command:
    known: dict[str, Any] = {
        "id": CommandId(uuid4()),
        "organization_id": organization_id,
        "kind": "cancel",
        "params": {"when": "now", "reason": None},
        "digest": b"d" * 32,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Command.model_validate(known | fields)


class AccountsContract:
    async def test_an_account_is_kept_whole_and_found_by_its_customer(
        self, container: Container
    ) -> None:
        accounts, organization_id = container.billing_accounts(), await organization(container)
        assert await accounts.get(organization_id) is None
        account = Account(
            organization_id=organization_id,
            customer_id=unique("cus"),
            email="a@example.com",
            name="Engines",
            currency="eur",
            delinquent=True,
            payment_method=PaymentMethod(id="pm_1", brand="visa", last4="4242", expires="12/2030"),
            trial_used_at=NOW,
            synced_at=NOW,
        )

        await accounts.put(account.evolve(customer_id=None, payment_method=None))
        await accounts.put(account)

        assert await accounts.get(organization_id) == account
        assert await accounts.of_customer(account.customer_id or "") == account
        assert await accounts.of_customer(unique("cus")) is None

    async def test_a_customer_is_one_organizations(self, container: Container) -> None:
        accounts, customer_id = container.billing_accounts(), unique("cus")
        first, second = [await organization(container) for _ in range(2)]
        await accounts.put(Account(organization_id=first, customer_id=customer_id))

        with pytest.raises(CustomerTaken):
            await accounts.put(Account(organization_id=second, customer_id=customer_id))

        assert await accounts.get(second) is None

    async def test_those_with_a_customer_are_listed_page_by_page(
        self, container: Container
    ) -> None:
        accounts = container.billing_accounts()
        ours = [await organization(container) for _ in range(3)]
        for one in ours:
            await accounts.put(Account(organization_id=one, customer_id=unique("cus")))
        without = await organization(container)
        await accounts.put(Account(organization_id=without))

        found, after = list[OrganizationId](), None
        while page := await accounts.page(after, limit=2):
            after = page[-1].organization_id
            found += [one.organization_id for one in page]

        assert found == sorted(found)
        assert set(ours) <= set(found)
        assert without not in found

    async def test_an_account_begins_with_the_organizations_name_and_its_owners_address(
        self, container: Container
    ) -> None:
        engines, owner = await founded(container)

        contact = await container.billing_accounts().contact(engines.id)

        assert contact == Account(organization_id=engines.id, name=engines.name, email=owner.email)
        nobody = OrganizationId(uuid4())
        assert await container.billing_accounts().contact(nobody) is None


class SubscriptionsContract:
    async def test_subscriptions_are_kept_as_they_were_last_told(
        self, container: Container
    ) -> None:
        mirror, organization_id = container.subscriptions(), await organization(container)
        told = subscription(
            pause=Pause(behavior="void", resumes_at=NOW),
            pending=PendingChange(lookup_key="solo", quantity=1, at=NOW),
            trial_start=NOW,
            trial_end=NOW,
            cancel_at=NOW,
            cancel_at_period_end=True,
        )
        first = Mirrored(organization_id=organization_id, subscription=told, fetched_at=NOW)
        later = first.evolve(past_due_since=NOW, fetched_at=NOW + HOUR)
        other = first.evolve(subscription=subscription().model_dump())

        for one in (first, later, other):
            await mirror.put(one)

        found = await mirror.of(organization_id)
        assert {one.subscription.id: one for one in found} == {
            one.subscription.id: one for one in (later, other)
        }
        assert await mirror.of(await organization(container)) == []

    async def test_features_are_given_and_taken_apart_from_plans(
        self, container: Container
    ) -> None:
        mirror, organization_id = container.subscriptions(), await organization(container)
        given = Override(
            organization_id=organization_id, feature_key="seats", feature=Limit(most=9)
        )
        taken = Override(
            organization_id=organization_id, feature_key="api", feature=None, expires_at=NOW
        )
        for one in (given.evolve(expires_at=NOW), given, taken):
            await mirror.put_override(one)

        assert await mirror.overrides(organization_id) == [taken, given]
        assert await mirror.drop_override(organization_id, "seats")
        assert not await mirror.drop_override(organization_id, "seats")
        assert await mirror.overrides(organization_id) == [taken]
        assert await mirror.overrides(await organization(container)) == []


class MirroredInvoicesContract:
    async def test_invoices_come_page_by_page_the_newest_first(self, container: Container) -> None:
        mirror, organization_id = container.invoice_mirror(), await organization(container)
        stranger = await organization(container)
        made = [
            MirroredInvoice(
                organization_id=organization_id,
                invoice=invoice(created_at=NOW + hours * HOUR),
                fetched_at=NOW,
            )
            for hours in (0, 1, 1, 2)
        ]
        await mirror.put(made)
        paid = made[0].evolve(fetched_at=NOW + HOUR)
        await mirror.put([paid])

        expected = sorted(
            [paid, *made[1:]],
            key=lambda one: (one.invoice.created_at, one.invoice.id),
            reverse=True,
        )
        first = await mirror.page(organization_id, limit=3)
        assert first == expected[:3]
        asked = schemas.ListInvoices(limit=3)
        answer = asked.answer(Found(expected), lambda one: schemas.InvoiceView.of(one.invoice))
        next_page = asked.evolve(cursor=answer.next_cursor)
        assert await mirror.page(organization_id, **next_page.window()) == [paid]
        status = paid.invoice.status
        assert await mirror.page(organization_id, limit=9, status=status) == expected
        assert await mirror.page(organization_id, limit=9, status="void") == []
        assert await mirror.page(stranger, limit=3) == []
        assert await mirror.some(organization_id, [paid.invoice.id, "in_of_nobody"]) == [paid]
        assert await mirror.some(stranger, [paid.invoice.id]) == []


class CataloguesContract:
    async def test_the_newest_counts_and_a_version_is_taken_once(
        self, container: Container
    ) -> None:
        catalogues = container.catalogues()
        before = await catalogues.newest()
        version = (before.version if before else 0) + 1
        plan = Plan(
            key="team",
            name="Team",
            prices=(Price(lookup_key="team_monthly", amount=1200, currency="eur"),),
            features={"sso": Switch(), "seats": Limit(most=None)},
        )
        applied = AppliedCatalogue(
            version=version,
            catalogue=Catalogue(plans=(plan,)),
            price_ids={"team_monthly": "price_1"},
            applied_at=NOW,
        )

        await catalogues.add(applied)

        assert await catalogues.newest() == applied
        with pytest.raises(VersionMismatch):
            await catalogues.add(applied)


class OpenCheckoutsContract:
    async def test_the_open_one_is_found_until_it_is_over(self, container: Container) -> None:
        checkouts, organization_id = container.open_checkouts(), await organization(container)
        checkout = Checkout(
            id=unique("cs"),
            customer_id="cus_1",
            status="open",
            url="https://pay.example.com/1",
            expires_at=NOW + HOUR,
        )

        await checkouts.keep(organization_id, checkout)

        assert await checkouts.get(organization_id, checkout.id) == checkout
        assert await checkouts.open(organization_id, NOW) == checkout
        assert await checkouts.open(organization_id, NOW + HOUR) is None
        stranger = await organization(container)
        assert await checkouts.get(stranger, checkout.id) is None
        assert await checkouts.open(stranger, NOW) is None
        over = checkout.evolve(status="complete", url=None, subscription_id="sub_1")
        await checkouts.keep(organization_id, over)
        assert await checkouts.open(organization_id, NOW) is None
        assert await checkouts.get(organization_id, checkout.id) == over


class InboxContract:
    async def test_of_many_that_arrive_at_once_one_is_new(self, container: Container) -> None:
        inbox, event = container.inbox(), arrived()

        told = await asyncio.gather(*(inbox.add(event) for _ in range(8)))

        assert sorted(told) == [*[False] * 7, True]
        assert await inbox.get(event.event.id) == event
        assert await inbox.get("evt_of_nobody") is None

    async def test_what_is_pending_about_somebody_comes_the_oldest_first(
        self, container: Container
    ) -> None:
        inbox, customer_id = container.inbox(), unique("cus")
        later = arrived(customer_id=customer_id, received_at=NOW + HOUR)
        first = arrived(customer_id=customer_id, payload={"id": 1})
        not_yet = arrived(customer_id=customer_id, due_at=NOW + HOUR)
        done = arrived(customer_id=customer_id, status="processed", processed_at=NOW)
        other = arrived(customer_id=unique("cus"))
        for one in (later, first, not_yet, done, other):
            await inbox.add(one)

        assert await inbox.pending(customer_id, NOW) == [first, later]
        ours = {one.event.id for one in (later, first, not_yet, done, other)}
        due = [one.event.id for one in await inbox.due(NOW, limit=1000) if one.event.id in ours]
        assert set(due) == {one.event.id for one in (first, later, other)}
        settled = first.evolve(status="dead", attempts=3, error="unknown", processed_at=NOW)
        await inbox.settle(settled)
        assert await inbox.get(first.event.id) == settled
        assert await inbox.pending(customer_id, NOW) == [later]

    async def test_events_are_listed_the_newest_first(self, container: Container) -> None:
        inbox = container.inbox()
        future = NOW + 1000 * 24 * HOUR
        made = [arrived(received_at=future + hours * HOUR) for hours in range(3)]
        dead = arrived(received_at=future + 9 * HOUR, status="dead", processed_at=NOW)
        for one in (*made, dead):
            await inbox.add(one)

        assert (await inbox.page(None, limit=2))[:2] == [dead, made[2]]
        assert (await inbox.page("dead", limit=1)) == [dead]
        asked = schemas.ListEvents(limit=1)
        answer = asked.answer(Found([made[2], made[1]]), schemas.EventView.of)
        next_page = asked.evolve(cursor=answer.next_cursor)
        assert await inbox.page(None, **next_page.window()) == [made[1], made[0]]
        for one in (*made, dead):
            await inbox.settle(one.evolve(status="ignored", received_at=NOW))

    async def test_what_old_events_said_is_forgotten(self, container: Container) -> None:
        inbox, ago = container.inbox(), NOW - 1000 * 24 * HOUR
        old = arrived(received_at=ago, payload={"secret": 1}, status="processed", processed_at=ago)
        waiting = arrived(received_at=ago, payload={"secret": 1}, due_at=NOW + 9999 * HOUR)
        for one in (old, waiting):
            await inbox.add(one)

        assert await inbox.prune(ago + HOUR) == 1

        kept, kept_waiting = [await inbox.get(one.event.id) for one in (old, waiting)]
        assert kept is not None
        assert kept.event.payload == {}
        assert kept_waiting == waiting
        assert await inbox.prune(ago + HOUR) == 0


class CommandsContract:
    async def test_a_command_is_written_down_and_settled(self, container: Container) -> None:
        commands, organization_id = container.commands(), await organization(container)
        written = command(organization_id, client_key=b"k" * 32)

        await commands.add(written)

        assert await commands.get(written.id) == written
        assert await commands.of_client(organization_id, "cancel", b"k" * 32) == written
        assert await commands.of_client(organization_id, "keep", b"k" * 32) is None
        stranger = await organization(container)
        assert await commands.of_client(stranger, "cancel", b"k" * 32) is None
        done = written.evolve(
            status="done", result=Outcome(id="cs_1").model_dump(), updated_at=NOW + HOUR
        )
        await commands.settle(done)
        assert await commands.get(written.id) == done

    async def test_a_clients_key_is_taken_once(self, container: Container) -> None:
        commands, organization_id = container.commands(), await organization(container)
        many = [command(organization_id, client_key=b"k" * 32) for _ in range(5)]

        async def add(one: Command) -> None:
            async with container.transaction()():
                await commands.add(one)

        told = await asyncio.gather(*map(add, many), return_exceptions=True)

        assert [type(one) for one in told if one is not None] == [CommandInFlight] * 4
        for _ in range(2):
            await commands.add(command(organization_id))

    async def test_those_that_nobody_finished_are_found(self, container: Container) -> None:
        commands, organization_id = container.commands(), await organization(container)
        ago = NOW - 1000 * 24 * HOUR
        stuck = command(organization_id, updated_at=ago)
        done = command(organization_id, updated_at=ago, status="done")
        for one in (stuck, done):
            await commands.add(one)

        found = await commands.interrupted(ago + HOUR, limit=100)
        assert [one for one in found if one.organization_id == organization_id] == [stuck]
        found = await commands.interrupted(ago, limit=100)
        assert [one for one in found if one.organization_id == organization_id] == []

    async def test_they_are_listed_the_newest_first(self, container: Container) -> None:
        commands, organization_id = container.commands(), await organization(container)
        made = [command(organization_id) for _ in range(3)]
        for one in made:
            await commands.add(one)
        newest_first = sorted(made, key=lambda one: one.id, reverse=True)

        found = await commands.page("pending", limit=10_000)
        assert [one for one in found if one.organization_id == organization_id] == newest_first
        found = await commands.page(None, limit=10_000, before=newest_first[0].id)
        assert [one for one in found if one.organization_id == organization_id] == newest_first[1:]
        found = await commands.page("done", limit=10_000)
        assert [one for one in found if one.organization_id == organization_id] == []


class MetersContract:
    def usage(self, organization_id: OrganizationId, amount: int = 1, **about: Any) -> Usage:
        known: dict[str, Any] = {"id": uuid4(), "meter": "calls", "at": NOW}
        return Usage.model_validate(
            known | about | {"organization_id": organization_id, "amount": amount}
        )

    async def test_what_was_used_adds_up_since_a_moment(self, container: Container) -> None:
        meters, organization_id = container.meters(), await organization(container)
        stranger = await organization(container)
        for one in (
            self.usage(organization_id, 5, at=NOW - HOUR),
            self.usage(organization_id, 7),
            self.usage(organization_id, 100, meter="other"),
            self.usage(stranger, 1000),
        ):
            assert await meters.add(one)

        assert await meters.used(organization_id, "calls", NOW - HOUR) == 12
        assert await meters.used(organization_id, "calls", NOW) == 7
        assert await meters.used(organization_id, "calls", NOW + HOUR) == 0

    async def test_the_same_use_counts_once_for_each_organization(
        self, container: Container
    ) -> None:
        meters, organization_id = container.meters(), await organization(container)
        one = self.usage(organization_id, 5)

        assert [await meters.add(one) for _ in range(2)] == [True, False]
        assert await meters.add(one.evolve(organization_id=await organization(container)))
        assert await meters.used(organization_id, "calls", NOW) == 5

    async def test_hours_are_told_apart(self, container: Container) -> None:
        meters, organization_id = container.meters(), await organization(container)
        begin = NOW.replace(minute=0, second=0, microsecond=0)
        for minutes, amount in ((0, 1), (59, 2), (60, 4), (180, 8)):
            await meters.add(
                self.usage(organization_id, amount, at=begin + timedelta(minutes=minutes))
            )

        found = await meters.hours(organization_id, "calls", begin, begin + 3 * HOUR)
        assert found == [(begin, 3), (begin + HOUR, 4)]

    async def test_of_many_at_once_nobody_gets_too_much(self, container: Container) -> None:
        meters, organization_id = container.meters(), await organization(container)

        async def take() -> bool:
            async with container.transaction()():
                await meters.lock(organization_id, "calls")
                if await meters.used(organization_id, "calls", NOW) >= 3:
                    return False
                return await meters.add(self.usage(organization_id))

        assert sum(await asyncio.gather(*(take() for _ in range(12)))) == 3


class MovementsContract:
    def movement(self, kind: MovementKind, delta: int, currency: str = "eur") -> Movement:
        return Movement(kind=kind, delta=delta, mrr=max(delta, 0), currency=currency)

    async def test_movements_add_up_to_what_an_organization_pays(
        self, container: Container
    ) -> None:
        movements, organization_id = container.movements(), await organization(container)
        assert await movements.mrr(organization_id) == {}

        await movements.add(organization_id, [self.movement("new", 2**40)], NOW)
        later = [
            self.movement("churn", -(2**40)),
            self.movement("new", 900, "usd"),
            self.movement("expansion", 300, "usd"),
        ]
        await movements.add(organization_id, later, NOW)

        assert await movements.mrr(organization_id) == {"eur": 0, "usd": 1200}
        assert await movements.mrr(await organization(container)) == {}

    async def test_what_all_pay_is_told_by_currency(self, container: Container) -> None:
        movements = container.movements()
        first, second, gone = [await organization(container) for _ in range(3)]
        future = NOW + 5000 * 24 * HOUR
        new, more = self.movement("new", 500, "xts"), self.movement("expansion", 300, "xts")
        await movements.add(first, [new], NOW)
        await movements.add(first, [more], future)
        await movements.add(second, [new], future)
        await movements.add(gone, [new, self.movement("churn", -500, "xts")], future)

        totals = {one.currency: one for one in await movements.totals()}
        assert totals["xts"] == Revenue(currency="xts", mrr=1300, organizations=2)
        assert await movements.since(future) == {
            ("xts", "expansion"): 300,
            ("xts", "new"): 1000,
            ("xts", "churn"): -500,
        }


class KeyedLockContract:
    async def test_one_is_in_at_a_time_and_others_are_not_held_up(
        self, container: Container
    ) -> None:
        lock, key = container.keyed_lock(), unique("cus")
        inside, most = 0, 0

        async def work() -> None:
            nonlocal inside, most
            async with lock(key):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.01)
                inside -= 1

        async with lock(unique("cus")):
            await asyncio.gather(*(work() for _ in range(10)))
        assert most == 1

    async def test_it_is_free_again_after_a_failure(self, container: Container) -> None:
        lock, key = container.keyed_lock(), unique("cus")

        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                async with lock(key):
                    raise ZeroDivisionError
