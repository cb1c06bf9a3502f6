"""What every payment provider must do, whoever it is."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

import pytest

from adapters import sandbox
from core.billing.catalogue import Plan, Price, Rate
from core.billing.constants import HANDLED
from core.billing.exceptions import CardDeclined, ProviderNotFound, ProviderRejected
from core.billing.models import (
    CheckoutOrder,
    CommandId,
    Customer,
    Pause,
    PortalFlow,
    PortalOrder,
    Proration,
    RefundOrder,
    Subscription,
    UsageReport,
    Wanted,
)
from core.billing.provider import PaymentProvider
from core.models import OrganizationId
from tests.clock import FakeClock

HOME = "https://example.com/billing"
SOLO = Plan(key="solo", name="Solo")
MONTHLY = Price(lookup_key="solo_monthly", amount=500, currency="eur")
DEARER = Price(lookup_key="team_monthly", amount=1200, currency="eur")
BY_USE = Price(lookup_key="calls", amount=1, currency="eur", role="metered", meter="calls")


class World(Protocol):
    """A provider, the people at its pages, and its time."""

    provider: PaymentProvider
    checkouts: sandbox.Checkouts
    invoices: sandbox.Invoices
    ledger: sandbox.Ledger
    clock: FakeClock

    async def done[T](self, what: Coroutine[Any, Any, T]) -> T:
        """Do what people do at the provider's pages."""


def key() -> str:
    return f"core:{uuid4()}:test"


def marks(organization_id: OrganizationId, command_id: CommandId) -> dict[str, str]:
    return {
        "core_organization_id": str(organization_id),
        "core_command_id": str(command_id),
        "core_environment": "development",
    }


class PaymentProviderContract:
    @pytest.fixture
    def world(self) -> World:
        raise NotImplementedError

    @pytest.fixture
    def provider(self, world: World) -> PaymentProvider:
        return world.provider

    async def customer(self, provider: PaymentProvider) -> Customer:
        organization_id = OrganizationId(uuid4())
        asked = Customer(id="", organization_id=organization_id, email="a@b.example", name="Acme")
        return await provider.customers.create(
            asked, marks(organization_id, CommandId(uuid4())), key=key()
        )

    async def order(self, provider: PaymentProvider, price: Price = MONTHLY) -> CheckoutOrder:
        customer, command_id = await self.customer(provider), CommandId(uuid4())
        assert customer.organization_id is not None
        price_id = await provider.shop.put(SOLO, price, key=f"core:price:{price.lookup_key}")
        return CheckoutOrder(
            customer_id=customer.id,
            wanted=(Wanted(price_id=price_id, quantity=2),),
            success_url=HOME,
            cancel_url=HOME,
            command_id=command_id,
            metadata=marks(customer.organization_id, command_id),
        )

    async def subscribed(self, world: World, last4: str = "4242", **order: Any) -> Subscription:
        asked = (await self.order(world.provider)).evolve(**order)
        page = await world.provider.checkouts.open(asked, key=key())
        await world.done(world.checkouts.pay(page.id, last4))
        [made] = await world.provider.subscription_reader.of(asked.customer_id)
        return made

    async def change(
        self, world: World, one: Subscription, quantity: int = 2, how: Proration = "always_invoice"
    ) -> Subscription:
        price_id = await world.provider.shop.put(SOLO, DEARER, key="core:price:team_monthly")
        wanted = [Wanted(price_id=price_id, quantity=quantity)]
        return await world.provider.subscription_writer.change(one, wanted, how, key=key())

    async def again(self, world: World, one: Subscription) -> Subscription:
        [found] = await world.provider.subscription_reader.of(one.customer_id)
        return found

    # --- Customers ----------------------------------------------------------------------------

    async def test_a_customer_is_found_by_id_and_by_organization(
        self, provider: PaymentProvider
    ) -> None:
        made = await self.customer(provider)
        assert made.organization_id is not None

        assert await provider.customers.get(made.id) == made
        assert await provider.customers.find(made.organization_id) == made
        assert made.model_dump(include={"email", "name", "deleted"}) == {
            "email": "a@b.example",
            "name": "Acme",
            "deleted": False,
        }

    async def test_nobody_is_found_who_was_never_there(self, provider: PaymentProvider) -> None:
        assert await provider.customers.get("cus_nobody") is None
        assert await provider.customers.find(OrganizationId(uuid4())) is None
        assert await provider.checkouts.get("cs_nothing") is None
        assert await provider.invoices.get("in_nothing") is None
        assert await provider.test_clocks.get("clock_none") is None

    async def test_a_deleted_customer_is_told_as_deleted(
        self, world: World, provider: PaymentProvider
    ) -> None:
        one = await self.subscribed(world)
        customers = sandbox.payment_provider(
            world.ledger, world.checkouts, world.invoices
        ).customers

        await world.done(customers.delete(one.customer_id))  # type: ignore[attr-defined]

        found = await provider.customers.get(one.customer_id)
        assert found is not None
        assert found.deleted

    async def test_asked_again_under_the_same_key_nothing_more_is_made(
        self, provider: PaymentProvider
    ) -> None:
        order, same = await self.order(provider), key()

        pages = [await provider.checkouts.open(order, key=same) for _ in range(2)]

        assert pages[0].id == pages[1].id

    # --- Pages --------------------------------------------------------------------------------

    async def test_a_page_is_open_until_it_is_paid(
        self, world: World, provider: PaymentProvider
    ) -> None:
        order = await self.order(provider)
        page = await provider.checkouts.open(order, key=key())
        assert (page.status, page.customer_id) == ("open", order.customer_id)
        assert page.url

        await world.done(world.checkouts.pay(page.id))

        told = await provider.checkouts.get(page.id)
        [made] = await provider.subscription_reader.of(order.customer_id)
        assert told is not None
        assert (told.status, told.url, told.subscription_id) == ("complete", None, made.id)

    async def test_a_page_is_found_by_the_order_it_was_made_for(
        self, provider: PaymentProvider
    ) -> None:
        order = await self.order(provider)
        page = await provider.checkouts.open(order, key=key())

        found = await provider.checkouts.made_for(order.customer_id, order.command_id)
        assert found is not None
        assert found.id == page.id
        assert await provider.checkouts.made_for(order.customer_id, CommandId(uuid4())) is None

    async def test_a_page_that_was_closed_is_over_and_may_be_closed_again(
        self, provider: PaymentProvider
    ) -> None:
        order = await self.order(provider)
        page = await provider.checkouts.open(order, key=key())

        for _ in range(2):
            await provider.checkouts.expire(page.id, key=key())

        told = await provider.checkouts.get(page.id)
        assert told is not None
        assert (told.status, told.url) == ("expired", None)
        assert await provider.checkouts.made_for(order.customer_id, order.command_id) is None

    async def test_no_page_is_opened_for_what_is_not_there(self, provider: PaymentProvider) -> None:
        order = await self.order(provider)

        for wrong in (
            order.evolve(customer_id="cus_nobody"),
            order.evolve(wanted=(Wanted(price_id="price_none", quantity=1),)),
        ):
            with pytest.raises(ProviderRejected):
                await provider.checkouts.open(wrong, key=key())

    @pytest.mark.parametrize(
        "flow", [None, "payment_method_update", "subscription_cancel", "subscription_update"]
    )
    async def test_a_portal_leads_somewhere(self, world: World, flow: PortalFlow | None) -> None:
        one = await self.subscribed(world)
        order = PortalOrder(
            customer_id=one.customer_id,
            return_url=HOME,
            flow=flow,
            subscription_id=one.id if flow and flow.startswith("subscription") else None,
        )

        assert (await world.provider.checkouts.portal(order, key=key())).startswith("https://")
        with pytest.raises(ProviderRejected):
            await world.provider.checkouts.portal(order.evolve(customer_id="cus_nobody"), key=key())

    # --- Subscriptions ------------------------------------------------------------------------

    async def test_what_was_paid_for_is_told(self, world: World) -> None:
        one = await self.subscribed(world)

        assert (one.status, one.lookup_key, one.currency) == ("active", "solo_monthly", "eur")
        assert one.main is not None
        assert (one.main.quantity, one.main.period_start) == (2, world.clock.now())
        assert one.period_end is not None
        assert one.period_end > world.clock.now()
        assert one.trial_end is None
        assert one.latest_invoice_id is not None

    async def test_what_it_costs_is_told_also_after_a_change(self, world: World) -> None:
        one = await self.subscribed(world)
        changed = await self.change(world, one)

        rates = [subscription.items[0].rate for subscription in (one, changed)]

        assert rates == [Rate.of(MONTHLY), Rate.of(DEARER)]

    async def test_a_trial_is_for_so_many_days(self, world: World) -> None:
        one = await self.subscribed(world, trial_days=14)

        assert one.status == "trialing"
        assert one.trial_end == world.clock.now() + timedelta(days=14)

    async def test_a_dearer_price_is_paid_and_then_begun(self, world: World) -> None:
        one = await self.subscribed(world)

        changed = await self.change(world, one, quantity=3)

        assert (changed.lookup_key, changed.unpaid_invoice_id) == ("team_monthly", None)
        assert changed.main is not None
        assert changed.main.quantity == 3
        assert await self.again(world, one) == changed

    @pytest.mark.parametrize("last4", ["0341", "3184"])
    async def test_a_change_that_is_not_paid_has_not_happened(
        self, world: World, last4: str
    ) -> None:
        one = await self.subscribed(world, last4)

        changed = await self.change(world, one)

        assert changed.lookup_key == "solo_monthly"
        assert changed.unpaid_invoice_id is not None
        told = await world.provider.invoices.payment(changed.unpaid_invoice_id)
        assert told.status == ("declined" if last4 == "0341" else "requires_action")
        assert bool(told.client_secret) is (last4 == "3184")

    async def test_a_change_happens_when_its_payer_confirmed_it(self, world: World) -> None:
        one = await self.subscribed(world, "3184")
        changed = await self.change(world, one)
        assert changed.unpaid_invoice_id is not None

        await world.done(world.invoices.confirm(changed.unpaid_invoice_id))

        assert (await self.again(world, one)).lookup_key == "team_monthly"
        told = await world.provider.invoices.payment(changed.unpaid_invoice_id)
        assert told.status == "paid"

    async def test_a_change_that_was_withdrawn_never_happens(self, world: World) -> None:
        one = await self.subscribed(world, "3184")
        changed = await self.change(world, one)
        assert changed.unpaid_invoice_id is not None

        await world.provider.invoices.void(changed.unpaid_invoice_id, key=key())

        found = await self.again(world, one)
        assert (found.lookup_key, found.unpaid_invoice_id) == ("solo_monthly", None)

    async def test_a_change_for_the_next_bill_is_made_whoever_pays(self, world: World) -> None:
        one = await self.subscribed(world, "0341")

        changed = await self.change(world, one, quantity=5, how="create_prorations")

        assert changed.unpaid_invoice_id is None
        assert changed.main is not None
        assert changed.main.quantity == 5

    async def test_what_goes_by_usage_comes_and_goes_with_the_plan(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world)
        assert one.main is not None
        calls = await provider.shop.put(SOLO, BY_USE, key="core:price:calls")
        main = Wanted(price_id=one.main.price_id, quantity=2)

        with_calls = await provider.subscription_writer.change(
            one, [main, Wanted(price_id=calls)], "none", key=key()
        )
        without = await provider.subscription_writer.change(with_calls, [main], "none", key=key())

        assert [item.quantity for item in with_calls.items] == [2, None]
        assert with_calls.lookup_key == "solo_monthly"
        assert [item.price_id for item in without.items] == [one.main.price_id]

    async def test_a_change_is_planned_for_the_end_of_the_period_and_forgotten(
        self, world: World
    ) -> None:
        provider, one = world.provider, await self.subscribed(world)
        price_id = await provider.shop.put(SOLO, DEARER, key="core:price:team_monthly")
        wanted = [Wanted(price_id=price_id, quantity=1)]

        planned = await provider.subscription_writer.schedule(
            one, wanted, "team_monthly", key=key()
        )
        assert planned.pending is not None
        assert (planned.pending.lookup_key, planned.pending.quantity) == ("team_monthly", 1)
        assert planned.pending.at == one.period_end
        assert planned.lookup_key == "solo_monthly"
        assert planned.schedule_id is not None

        kept = await provider.subscription_writer.release(planned, key=key())
        assert (kept.pending, kept.schedule_id) == (None, None)
        assert await self.again(world, one) == kept

    async def test_a_planned_change_comes_with_the_next_period(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world)
        price_id = await provider.shop.put(SOLO, DEARER, key="core:price:team_monthly")
        wanted = [Wanted(price_id=price_id, quantity=1)]
        await provider.subscription_writer.schedule(one, wanted, "team_monthly", key=key())

        world.clock.forward(days=31)

        found = await self.again(world, one)
        assert (found.lookup_key, found.pending) == ("team_monthly", None)

    async def test_a_subscription_ends_when_its_period_does_unless_it_is_kept(
        self, world: World
    ) -> None:
        writer, one = world.provider.subscription_writer, await self.subscribed(world)

        ending = await writer.cancel(one, when="period_end", key=key())
        assert ending.ends_at == one.period_end
        kept = await writer.keep(ending, key=key())
        assert kept.ends_at is None
        await writer.cancel(kept, when="period_end", key=key())

        world.clock.forward(days=31)
        assert (await self.again(world, one)).status == "canceled"

    async def test_a_subscription_ends_at_once_though_a_change_was_planned(
        self, world: World
    ) -> None:
        provider, one = world.provider, await self.subscribed(world)
        price_id = await provider.shop.put(SOLO, DEARER, key="core:price:team_monthly")
        planned = await provider.subscription_writer.schedule(
            one, [Wanted(price_id=price_id, quantity=1)], "team_monthly", key=key()
        )

        ended = await provider.subscription_writer.cancel(planned, when="now", key=key())

        assert ended.status == "canceled"
        assert ended.ended_at is not None
        with pytest.raises(ProviderNotFound):
            await provider.subscription_writer.cancel(ended, when="now", key=key())

    async def test_payments_are_paused_and_go_on(self, world: World) -> None:
        writer, one = world.provider.subscription_writer, await self.subscribed(world)
        until = world.clock.now() + timedelta(days=5)

        paused = await writer.pause(one, Pause(behavior="void", resumes_at=until), key=key())
        assert paused.pause == Pause(behavior="void", resumes_at=until)

        assert (await writer.pause(paused, None, key=key())).pause is None

    async def test_a_preview_tells_what_is_due_and_changes_nothing(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world)
        price_id = await provider.shop.put(SOLO, DEARER, key="core:price:team_monthly")
        wanted = [Wanted(price_id=price_id, quantity=2)]
        world.clock.forward(days=15)

        now = await provider.subscription_reader.preview(one, wanted, "always_invoice")
        later = await provider.subscription_reader.preview(one, wanted, "create_prorations")

        assert (now.due_now.amount, now.next.amount) == (700, 2400)
        assert (later.due_now.amount, later.next.amount) == (0, 3100)
        assert any(line.proration for line in now.lines)
        assert await self.again(world, one) == one

    # --- Money --------------------------------------------------------------------------------

    async def test_invoices_are_told_the_newest_first(self, world: World) -> None:
        one = await self.subscribed(world)
        world.clock.forward(days=31)

        found = await world.provider.invoices.of(one.customer_id, limit=10)

        assert [(each.status, each.total, each.paid) for each in found] == [
            ("paid", 1000, 1000)
        ] * 2
        assert [each.reason for each in found] == ["subscription_cycle", "subscription_create"]
        assert {each.subscription_id for each in found} == {one.id}
        assert await world.provider.invoices.get(found[0].id) == found[0]
        assert await world.provider.invoices.of(one.customer_id, limit=1) == found[:1]

    async def test_an_open_invoice_is_paid_once_the_card_is_another(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world, "0341")
        world.clock.forward(days=31)
        assert (await self.again(world, one)).status == "past_due"
        [due, _] = await provider.invoices.of(one.customer_id, limit=10)
        assert (due.status, due.remaining) == ("open", 1000)

        with pytest.raises(CardDeclined) as declined:
            await provider.invoices.pay(due.id, key=key())
        assert declined.value.members == {"decline_code": "generic_decline"}
        methods: Any = world.ledger
        added = await world.done(sandbox_methods(world, methods).add(one.customer_id, "4242"))
        await provider.payment_methods.choose(one.customer_id, added.id, key=key())

        assert (await provider.invoices.pay(due.id, key=key())).status == "paid"
        assert (await self.again(world, one)).status == "active"

    async def test_an_invoice_that_must_be_confirmed_says_so(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world, "3184")
        world.clock.forward(days=31)
        [due, _] = await provider.invoices.of(one.customer_id, limit=10)

        told = await provider.invoices.pay(due.id, key=key())

        assert told.status == "requires_action"
        assert told.client_secret
        assert told.hosted_url

    async def test_money_goes_back_and_never_more_than_was_paid(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world)
        [paid] = await provider.invoices.of(one.customer_id, limit=1)
        order = self.refund(paid.id, 400)

        made = await provider.refunds.make(order, key=key())

        assert (made.amount, made.status, made.invoice_id) == (400, "succeeded", paid.id)
        assert await provider.refunds.of(one.customer_id) == [made]
        assert made.command_id == order.command_id
        with pytest.raises(ProviderRejected):
            await provider.refunds.make(self.refund(paid.id, 601), key=key())
        assert [one.amount for one in await provider.refunds.of(one.customer_id)] == [400]

    def refund(self, invoice_id: str, amount: int) -> RefundOrder:
        command_id = CommandId(uuid4())
        return RefundOrder(
            invoice_id=invoice_id,
            amount=amount,
            reason="requested_by_customer",
            command_id=command_id,
            metadata={"core_command_id": str(command_id)},
        )

    async def test_payment_methods_are_listed_chosen_and_removed(self, world: World) -> None:
        provider, one = world.provider, await self.subscribed(world)
        methods: Any = world.ledger
        added = await world.done(sandbox_methods(world, methods).add(one.customer_id, "4444"))
        found = {each.last4: each for each in await provider.payment_methods.of(one.customer_id)}
        assert found.keys() == {"4242", "4444"}

        await provider.payment_methods.choose(one.customer_id, added.id, key=key())
        customer = await provider.customers.get(one.customer_id)
        assert customer is not None
        assert customer.payment_method == added
        await provider.payment_methods.detach(found["4242"].id, key=key())

        assert await provider.payment_methods.of(one.customer_id) == [added]
        assert await provider.payment_methods.begin(one.customer_id, key=key())

    # --- What is sold -------------------------------------------------------------------------

    async def test_a_price_goes_over_to_a_newer_one_and_who_pays_by_it_keeps_it(
        self, world: World
    ) -> None:
        provider, one = world.provider, await self.subscribed(world)
        dearer = MONTHLY.evolve(amount=900)

        price_id = await provider.shop.put(SOLO, dearer, key=key())

        listed = (await provider.shop.prices())["solo_monthly"]
        assert (listed.id, listed.is_for(dearer), listed.is_for(MONTHLY)) == (price_id, True, False)
        found = await self.again(world, one)
        assert found.main is not None
        assert (found.main.price_id == price_id, found.lookup_key) == (False, "solo_monthly")

    async def test_usage_is_taken_once(self, world: World) -> None:
        provider, customer = world.provider, await self.customer(world.provider)
        await provider.shop.put(SOLO, BY_USE, key="core:price:calls")
        used = UsageReport(
            id=uuid4().hex, customer_id=customer.id, meter="calls", value=7, at=world.clock.now()
        )

        for _ in range(2):
            await provider.usage_reports.report(used)

        async def taken() -> list[UsageReport]:
            async with world.ledger.opened("test") as state:
                return list(state.usage.values())

        assert await world.done(taken()) == [used]

    # --- Events, endpoints, time --------------------------------------------------------------

    async def test_what_happened_is_told_the_oldest_first(self, world: World) -> None:
        begin = world.clock.now()
        one = await self.subscribed(world)
        await self.change(world, one)

        found = await world.provider.provider_events.since(begin, sorted(HANDLED), limit=1000)

        told = [each.type for each in found if each.customer_id == one.customer_id]
        assert told[:2] == ["invoice.paid", "checkout.session.completed"]
        assert "customer.subscription.updated" in told
        assert [each.created_at for each in found] == sorted(each.created_at for each in found)

    async def test_endpoints_are_made_listed_and_removed(self, provider: PaymentProvider) -> None:
        made = await provider.endpoints.create(HOME, ["invoice.paid"], key=key())
        assert made.secret
        assert (made.url, made.types, made.enabled) == (HOME, ("invoice.paid",), True)
        assert made.api_version == provider.endpoints.api_version

        assert made.evolve(secret=None) in await provider.endpoints.all()
        for _ in range(2):
            await provider.endpoints.delete(made.id)
        assert made.id not in {one.id for one in await provider.endpoints.all()}

    async def test_a_customer_may_live_in_a_time_of_their_own(self, world: World) -> None:
        provider, order = world.provider, await self.order(world.provider)
        now = world.clock.now()
        clock = await provider.test_clocks.create("a year", now, key=key())
        organization_id = OrganizationId(uuid4())
        customer = await provider.test_clocks.admit(
            clock.id,
            Customer(id="", organization_id=organization_id),
            marks(organization_id, CommandId(uuid4())),
        )
        page = await provider.checkouts.open(order.evolve(customer_id=customer.id), key=key())
        await world.done(world.checkouts.pay(page.id))

        later = await provider.test_clocks.advance(clock.id, now + timedelta(days=65))

        assert (later.now, later.ready) == (now + timedelta(days=65), True)
        assert await provider.test_clocks.get(clock.id) == later
        assert len(await provider.invoices.of(customer.id, limit=10)) == 3
        with pytest.raises(ProviderRejected):
            await provider.test_clocks.advance(clock.id, now)
        await provider.test_clocks.delete(clock.id)
        gone = await provider.customers.get(customer.id)
        assert gone is not None
        assert gone.deleted


def sandbox_methods(world: World, ledger: sandbox.Ledger) -> Any:
    return sandbox.payment_provider(ledger, world.checkouts, world.invoices).payment_methods
