"""The service is killed once Stripe has done what it asked for, and before it hears of it.

Whoever asked asks again, under the same key: it has happened once.
"""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import httpx
import pytest

from core.billing.models import Refund
from tests.integration.phone import Phone
from tests.integration.service import PATIENCE, Person, Service
from tests.integration.test_stripe_journey import BACK
from tests.stripe.server import API_KEY, Call, SpecifiedStripe
from tests.stripe.webhooks import SECRET

KEY = {"Idempotency-Key": "asked-once"}
PLAN = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}


class Desk:
    """An organization that pays, the service that it asks, and the Stripe that this asks."""

    def __init__(self, service: Service, stripe: SpecifiedStripe) -> None:
        self.service, self.stripe = service, stripe
        self.owner = service.person()
        self.organization_id = self.owner.organization()
        self.at = f"/v1/organizations/{self.organization_id}/billing"

    def subscribed(self) -> Self:
        opened = self.owner.http.post(f"{self.at}/checkout-sessions", json=PLAN).json()
        self.stripe.do(self.stripe.checkouts.pay(opened["id"]))
        answer = self.owner.http.post(f"{self.at}/checkout-sessions/{opened['id']}/sync")
        assert answer.json()["access"]["granted"], answer.text
        return self

    def invoices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.owner.http.get(f"{self.at}/invoices").json()["items"]
        return found


@dataclass(frozen=True)
class Write:
    """What somebody asks for, and the request to Stripe that it comes down to."""

    desk: Desk
    who: Person
    method: str
    path: str
    body: dict[str, Any]
    at: str

    def killed(self) -> None:
        """Ask, be killed once Stripe has carried it out, and start again."""
        service, stripe = self.desk.service, self.desk.stripe
        killed: list[Call] = []

        def kill(call: Call) -> None:
            if (call.method, call.path) == ("POST", self.at) and not killed:
                killed.append(call)
                service.stop(signal.SIGKILL)

        stripe.carried_out = kill
        with pytest.raises(httpx.TransportError):
            self._asked()
        assert killed
        service.start()

    def again(self) -> httpx.Response:
        """Ask again, as long as one is told that it may still be going on."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self._asked()).status_code == 409 and time.monotonic() < deadline:
            time.sleep(float(answer.headers["Retry-After"]))
        return answer

    def _asked(self) -> httpx.Response:
        return self.who.http.request(self.method, self.path, json=self.body, headers=KEY)


def checkout(desk: Desk, at: str) -> Write:
    return Write(desk, desk.owner, "POST", f"{desk.at}/checkout-sessions", PLAN, at)


def change(desk: Desk) -> Write:
    body = {"price_lookup_key": "team_yearly"}
    at = "/v1/subscriptions/{subscription_exposed_id}"
    return Write(desk, desk.owner, "PATCH", f"{desk.at}/subscription", body, at)


def refund(desk: Desk) -> Write:
    operator = desk.service.person()
    desk.service.cli("accounts", "users", "grant-role", operator.email, "operator")
    Phone(operator)
    path = f"/v1/admin/organizations/{desk.organization_id}/billing/refunds"
    [invoice] = desk.invoices()
    body = {"invoice_id": invoice["id"], "amount": 200}
    return Write(desk, operator, "POST", path, body, "/v1/refunds")


@pytest.fixture(scope="module")
def stripe() -> Iterator[SpecifiedStripe]:
    stripe = SpecifiedStripe(None)
    with stripe.beside():
        yield stripe
    assert stripe.problems == []


@pytest.fixture(scope="module")
def service(stripe: SpecifiedStripe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("killed")
    settings = {
        "stripe_api_key": API_KEY,
        "stripe_api_base": stripe.url,
        "stripe_webhook_secrets": SECRET,
    }
    with Service(folder, **settings) as started:
        file = folder / "billing.yaml"
        example = started.cli("billing", "catalog", "example")
        file.write_text(example.replace("trial_days: 14", "trial_days: 0"))
        started.cli("billing", "catalog", "apply", str(file), "--yes")
        yield started


def test_what_it_was_killed_over_has_happened_once(
    service: Service, stripe: SpecifiedStripe
) -> None:
    customer = checkout(Desk(service, stripe), "/v1/customers")
    page = checkout(Desk(service, stripe), "/v1/checkout/sessions")
    changed = change(Desk(service, stripe).subscribed())
    refunded = refund(Desk(service, stripe).subscribed())
    for write in (customer, page, changed, refunded):
        write.killed()

    for write in (customer, page):
        answer = write.again()
        assert answer.status_code == 201, answer.text
        customers, pages = stripe.do(made(write.desk))
        assert len(customers) == 1
        assert pages == [answer.json()["id"]]

    answer = changed.again()
    assert answer.status_code == 200, answer.text
    assert answer.json()["subscription"]["price_lookup_key"] == "team_yearly"
    service.cli("billing", "sync", changed.desk.organization_id)
    assert len(changed.desk.invoices()) == 2  # of the subscription, and of the change

    answer = refunded.again()
    assert answer.status_code == 201, answer.text
    gone_back = stripe.do(refunds(refunded.desk))
    assert [(one.id, one.amount) for one in gone_back] == [(answer.json()["id"], 200)]


async def made(desk: Desk) -> tuple[list[str], list[str]]:
    """Return the customers of an organization at Stripe, and their pages that are open."""
    async with desk.stripe.ledger.opened("test") as state:
        customers = [
            one.id
            for one in state.customers.values()
            if one.organization_id is not None and str(one.organization_id) == desk.organization_id
        ]
        pages = [
            one.checkout.id
            for one in state.pages.values()
            if one.order.customer_id in customers and one.checkout.status == "open"
        ]
        return customers, pages


async def refunds(desk: Desk) -> list[Refund]:
    """Return what went back to an organization, as Stripe has it."""
    customers, _ = await made(desk)
    async with desk.stripe.ledger.opened("test") as state:
        paid = [one.id for one in state.invoices.values() if one.customer_id in customers]
        return [one for one in state.refunds if one.invoice_id in paid]
