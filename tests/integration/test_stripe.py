"""The Stripe adapter, against a Stripe that takes nothing but what its specification allows."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import override
from uuid import uuid4

import pytest
from dependency_injector import providers

from adapters import stripe
from bootstrap import Application, InMemoryContainer, Settings
from core.billing import schemas, service
from core.billing.catalogue import Plan
from core.billing.exceptions import (
    CardDeclined,
    ProviderFailed,
    ProviderMisconfigured,
    ProviderUnavailable,
)
from core.billing.models import Customer, Subscription
from core.models import OrganizationId
from core.telemetry import NullTracer
from tests.clock import FakeClock
from tests.contracts.payment_provider import MONTHLY, PaymentProviderContract, World
from tests.stripe.server import API_KEY, SpecifiedStripe
from tests.unit.billing.desk import CATALOGUE, Desk

# The library hands text to httpx as `data`, which httpx would rather have as `content`.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


class Specified(SpecifiedStripe):
    def __init__(self) -> None:
        super().__init__(FakeClock())
        self.asked = stripe.Stripe(API_KEY, NullTracer(), base=self.url)
        self.provider = stripe.payment_provider(self.asked, "development")


@pytest.fixture
def server() -> Iterator[Specified]:
    specified = Specified()
    with specified.beside():
        yield specified


@pytest.fixture
async def specified(server: Specified) -> AsyncIterator[Specified]:
    async with server.asked:
        yield server
    assert server.problems == []


class StripeDesk(Desk):
    """An organization that pays by Stripe: people act at Stripe's pages."""

    stripe: Specified

    @override
    async def pay(self, checkout: schemas.CheckoutView, last4: str = "4242") -> None:
        await self.stripe.done(self.stripe.checkouts.pay(checkout.id, last4))

    @override
    async def told(self) -> dict[str, Subscription]:
        async with self.stripe.asked:
            found = [
                await self.stripe.provider.subscription_reader.of(one)
                for one in await self.stripe.done(self.customer_ids())
            ]
        return {one.id: one for some in found for one in some}

    async def customer_ids(self) -> list[str]:
        async with self.stripe.ledger.opened("test") as state:
            ours = self.organization_id
            return [one.id for one in state.customers.values() if one.organization_id == ours]

    @property
    def writes(self) -> list[tuple[str, str]]:
        """What was asked to change, with keys in which our own ids stand as their kinds."""
        known = {str(one.id): "COMMAND" for one in self.commands}
        known[str(self.organization_id)] = "ORGANIZATION"
        return [
            (str(call), _named(call.key or "", known))
            for call in self.stripe.calls
            if call.method != "GET"
        ]


def _named(key: str, known: dict[str, str]) -> str:
    for found, name in known.items():
        key = key.replace(found, name)
    return re.sub(r":[0-9a-f]{16}$", ":DIGEST", key)


@pytest.fixture
async def desk(specified: Specified, tmp_path: Path) -> StripeDesk:
    settings = Settings(_env_file=None, data_dir=tmp_path).with_secret_keys()
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(specified.clock))
    container.payment_provider.override(providers.Object(specified.provider))
    desk = StripeDesk(Application(container), container, specified.clock)
    desk.stripe = specified
    await desk.open()
    specified.calls.clear()
    return desk


class TestStripe(PaymentProviderContract):
    @pytest.fixture
    @override
    def world(self, specified: Specified) -> World:
        return specified


# --- The calls of a flow --------------------------------------------------------------------------

LOOK = [
    "GET /v1/customers/{customer}",
    "GET /v1/subscriptions",
    "GET /v1/invoices",
    "GET /v1/charges",
]


def seen(desk: StripeDesk) -> list[str]:
    """What was asked since the last time; what is asked at once comes in any order."""
    calls = [str(call) for call in desk.stripe.calls]
    desk.stripe.calls.clear()
    return calls


async def test_a_newcomer_costs_these_calls(desk: StripeDesk) -> None:
    checkout = await desk.checkout("solo_monthly")
    assert desk.writes == [
        ("POST /v1/customers", "core:customer:ORGANIZATION"),
        ("POST /v1/checkout/sessions", "core:COMMAND:checkout"),
    ]
    asked = desk.stripe.calls[2].asked
    assert asked["metadata"] == asked["subscription_data"]["metadata"]
    assert asked["metadata"].keys() == {
        "core_organization_id",
        "core_command_id",
        "core_environment",
    }
    assert asked["client_reference_id"] == str(desk.organization_id)
    calls = seen(desk)
    assert calls[:3] == [
        "GET /v1/customers/search",
        "POST /v1/customers",
        "POST /v1/checkout/sessions",
    ]
    assert sorted(calls[3:]) == sorted(LOOK)

    await desk.pay(checkout)
    view = await desk.sync(checkout)

    assert view.subscription is not None
    assert view.subscription.plan == "solo"
    assert view.payment_method is not None
    assert view.payment_method.last4 == "4242"
    assert sorted(seen(desk)) == sorted(["GET /v1/checkout/sessions/{session}", *LOOK])


async def test_an_upgrade_costs_one_write(desk: StripeDesk) -> None:
    await desk.subscribe("solo_monthly")
    desk.stripe.calls.clear()

    asked = schemas.ChangeSubscription(price_lookup_key="team_monthly")
    await desk.order(service.ChangeSubscription, asked, "a")
    await desk.order(service.ChangeSubscription, asked, "a")

    [(call, key)] = desk.writes
    assert call == "POST /v1/subscriptions/{subscription_exposed_id}"
    assert key == "core:COMMAND:change"
    [update] = [one for one in desk.stripe.calls if one.method == "POST"]
    assert update.asked["payment_behavior"] == "pending_if_incomplete"
    assert update.asked["proration_behavior"] == "always_invoice"
    assert "billing_cycle_anchor" not in update.asked


async def test_a_downgrade_is_a_schedule_and_is_forgotten(desk: StripeDesk) -> None:
    await desk.subscribe("team_monthly")
    desk.stripe.calls.clear()
    asked = schemas.ChangeSubscription(price_lookup_key="solo_monthly", when="period_end")

    view = await desk.order(service.ChangeSubscription, asked)

    assert desk.writes == [
        ("POST /v1/subscription_schedules", "core:COMMAND:schedule"),
        ("POST /v1/subscription_schedules/{schedule}", "core:COMMAND:schedule:phases"),
    ]
    assert view.subscription.pending_change.lookup_key == "solo_monthly"
    view = await desk.order(service.ResumeSubscription)
    assert view.subscription.pending_change is None


async def test_a_catalogue_is_applied_by_these_calls(desk: StripeDesk) -> None:
    plan = Plan(key="pro", name="Pro", prices=(MONTHLY.evolve(lookup_key="pro", amount=7),))
    applied = CATALOGUE.evolve(plans=(*CATALOGUE.plans, plan))

    for _ in range(2):
        await desk.apply(applied)

    assert desk.writes == [
        ("POST /v1/products", "core:product:core_development_pro"),
        ("POST /v1/prices", "core:price:2:pro:DIGEST"),
    ]


async def test_a_change_that_needs_its_payers_word_is_told_with_a_secret(desk: StripeDesk) -> None:
    await desk.subscribe("solo_monthly", "3184")
    asked = schemas.ChangeSubscription(price_lookup_key="team_monthly")

    told = await desk.order(service.ChangeSubscription, asked, "a")

    assert isinstance(told, schemas.PaymentView)
    assert told.status == "requires_action"
    assert told.client_secret
    [waiting] = desk.mirrored.values()
    assert waiting.unpaid_invoice_id is not None
    await desk.stripe.done(desk.stripe.invoices.confirm(waiting.unpaid_invoice_id))
    again = await desk.order(service.ChangeSubscription, asked, "a")
    assert isinstance(again, schemas.BillingView)


async def test_a_decline_is_told_and_taken_back(desk: StripeDesk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    asked = schemas.ChangeSubscription(price_lookup_key="team_monthly")

    with pytest.raises(CardDeclined) as declined:
        await desk.order(service.ChangeSubscription, asked)

    assert declined.value.members == {"decline_code": "generic_decline"}
    assert desk.mirrored == await desk.told()
    [one] = desk.mirrored.values()
    assert (one.lookup_key, one.unpaid_invoice_id) == ("solo_monthly", None)


# --- What goes wrong on the way -------------------------------------------------------------------


async def test_an_answer_that_is_lost_is_asked_for_again_under_the_same_key(
    desk: StripeDesk,
) -> None:
    desk.stripe.faults.extend([None, "lost"])

    await desk.checkout("solo_monthly")

    keys = [key for call, key in desk.writes if call == "POST /v1/customers"]
    assert keys == ["core:customer:ORGANIZATION"] * 2
    assert len(await desk.stripe.done(desk.customer_ids())) == 1


async def test_answers_that_stay_lost_leave_a_command_that_is_finished_later(
    desk: StripeDesk,
) -> None:
    desk.stripe.faults.extend([None, None, "lost", "lost", "lost"])
    with pytest.raises(ProviderUnavailable):
        await desk.checkout("solo_monthly", key="a")
    assert [one.status for one in desk.commands] == ["pending"]

    desk.clock.forward(minutes=1)
    await desk.resume()

    checkout = await desk.checkout("solo_monthly", key="a")
    sessions = [key for call, key in desk.writes if call == "POST /v1/checkout/sessions"]
    assert set(sessions) == {"core:COMMAND:checkout"}

    async def pages() -> list[str]:
        async with desk.stripe.ledger.opened("test") as state:
            return [id_ for id_, page in state.pages.items() if page.checkout.status == "open"]

    assert checkout.id in await desk.stripe.done(pages())


async def test_a_failure_that_would_be_repeated_gets_another_key_after_a_look(
    desk: StripeDesk,
) -> None:
    desk.stripe.faults.extend([None, None, "failed"])
    with pytest.raises(ProviderFailed):
        await desk.checkout("solo_monthly", key="a")
    [command] = desk.commands
    assert (command.status, command.attempt) == ("pending", 1)

    desk.clock.forward(minutes=1)
    await desk.resume()

    [command] = desk.commands
    assert command.status == "done"
    sessions = [key for call, key in desk.writes if call == "POST /v1/checkout/sessions"]
    assert sessions[0] == "core:COMMAND:checkout"
    assert sessions[-1] == "core:COMMAND:checkout:1"
    assert "GET /v1/checkout/sessions" in seen(desk)


async def test_whoever_is_busy_is_asked_again_later(desk: StripeDesk) -> None:
    desk.stripe.faults.extend(["busy"] * 3)

    with pytest.raises(ProviderUnavailable):
        await desk.checkout("solo_monthly", key="a")
    desk.stripe.faults.clear()
    desk.clock.forward(minutes=1)
    await desk.resume()

    assert [one.status for one in desk.commands] == ["done"]


async def test_a_key_that_is_not_let_in_is_for_an_operator(specified: Specified) -> None:
    async with stripe.Stripe("sk_test_wrong", NullTracer(), base=specified.url) as asked:
        with pytest.raises(ProviderMisconfigured):
            await stripe.payment_provider(asked, "development").shop.prices()


async def test_where_nobody_answers_it_says_so(specified: Specified) -> None:
    async with stripe.Stripe(API_KEY, NullTracer(), base="http://127.0.0.1:9") as asked:
        with pytest.raises(ProviderUnavailable):
            await stripe.payment_provider(asked, "development").customers.get("cus_1")


async def test_a_customer_of_another_installation_is_nobodys(specified: Specified) -> None:
    elsewhere = stripe.payment_provider(specified.asked, "staging")
    organization_id = OrganizationId(uuid4())
    about = Customer(id="", organization_id=organization_id)
    marks = {"core_organization_id": str(organization_id), "core_environment": "staging"}
    made = await elsewhere.customers.create(about, marks, key="core:elsewhere")

    found = await specified.provider.customers.get(made.id)

    assert found is not None
    assert found.organization_id is None
    assert await specified.provider.customers.find(organization_id) is None
