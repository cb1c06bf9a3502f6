"""The whole service on Stripe: over HTTP, at a terminal, and by webhooks that Stripe would sign."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.service import PATIENCE, Person, Service
from tests.stripe.server import API_KEY, SpecifiedStripe
from tests.stripe.webhooks import SECRET, deliver

BACK = "http://127.0.0.1/billing"


@pytest.fixture(scope="module")
def stripe() -> Iterator[SpecifiedStripe]:
    stripe = SpecifiedStripe(None)
    with stripe.beside():
        yield stripe
    assert stripe.problems == []


@pytest.fixture(scope="module")
def service(stripe: SpecifiedStripe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("stripe")
    with Service(
        folder,
        stripe_api_key=API_KEY,
        stripe_api_base=stripe.url,
        stripe_webhook_secrets=SECRET,
    ) as started:
        file = folder / "billing.yaml"
        file.write_text(started.cli("billing", "catalog", "example"))
        started.cli("billing", "catalog", "apply", str(file), "--yes")
        yield started


@pytest.fixture
def owner(service: Service) -> Person:
    return service.person()


def soon(there: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if there():
            return True
        time.sleep(0.1)
    return False


def test_a_plan_is_paid_for_at_stripe_and_a_feature_switches_on(
    service: Service, stripe: SpecifiedStripe, owner: Person
) -> None:
    at = f"/v1/organizations/{owner.organization()}/billing"
    body = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}
    opened = owner.http.post(f"{at}/checkout-sessions", json=body, headers={"Idempotency-Key": "a"})
    assert opened.status_code == 201, opened.text
    again = owner.http.post(f"{at}/checkout-sessions", json=body, headers={"Idempotency-Key": "a"})
    assert again.json() == opened.json()
    assert not owner.http.get(f"{at}/entitlements/sso").json()["has_access"]

    stripe.do(stripe.checkouts.pay(opened.json()["id"]))
    assert set(deliver(service, stripe)) == {200}

    def has_sso() -> bool:
        answer = owner.http.get(f"{at}/entitlements/sso").json()
        return bool(answer["has_access"])

    assert soon(has_sso)
    standing = owner.http.get(at).json()
    assert standing["subscription"]["plan"] == "team"
    assert standing["payment_method"]["last4"] == "4242"


def test_a_change_that_must_be_confirmed_is_a_202(
    service: Service, stripe: SpecifiedStripe, owner: Person
) -> None:
    organization_id = owner.organization()
    at = f"/v1/organizations/{organization_id}/billing"
    service.cli("billing", "clock", "create", organization_id, "--name", "year")
    body = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}
    opened = owner.http.post(f"{at}/checkout-sessions", json=body).json()
    stripe.do(stripe.checkouts.pay(opened["id"], "3184"))
    owner.http.post(f"{at}/checkout-sessions/{opened['id']}/sync")

    async def clock_of() -> str:
        async with stripe.ledger.opened("test") as state:
            return next(reversed(state.clocks))

    clock = stripe.do(clock_of())
    service.cli("billing", "clock", "advance", clock, "--days", "15")
    deliver(service, stripe)

    def past_due() -> bool:
        standing: dict[str, Any] = owner.http.get(at).json()
        return bool(standing["subscription"]["status"] == "past_due")

    assert soon(past_due)
    due = next(
        one for one in owner.http.get(f"{at}/invoices").json()["items"] if one["status"] == "open"
    )
    told = owner.http.post(f"{at}/invoices/{due['id']}/pay")

    assert told.status_code == 202, told.text
    assert told.json()["status"] == "requires_action"
    assert told.json()["client_secret"]
    assert told.json().keys() == {"status", "client_secret", "hosted_invoice_url"}
    stripe.do(stripe.invoices.confirm(due["id"]))
    assert owner.http.post(f"{at}/invoices/{due['id']}/pay").status_code == 409  # it is paid
    refund = service.cli("billing", "refund", organization_id, due["id"], "--yes", "--json")
    assert json.loads(refund)["amount"] == 1200
    shown = owner.http.get(f"{at}/invoices/{due['id']}").json()
    assert (shown["status"], shown["refunded"]) == ("paid", 1200)


def test_the_doctor_is_content(service: Service, stripe: SpecifiedStripe) -> None:
    made = json.loads(service.cli("billing", "webhooks", "create", "--json"))
    assert made["url"].endswith("/v1/billing/webhooks/stripe")
    assert made["secret"]
    deliver(service, stripe)

    def content() -> bool:
        return service.finished("billing", "doctor", "--strict").returncode == 0

    assert soon(content), service.cli("billing", "doctor", "--json")
    assert "all that we act on" in service.cli("billing", "doctor")
    rotated = json.loads(service.cli("billing", "webhooks", "rotate", made["id"], "--json"))
    service.cli("billing", "webhooks", "delete", made["id"], "--yes")
    assert rotated["id"] in service.cli("billing", "webhooks", "list")
    assert made["id"] not in service.cli("billing", "webhooks", "list")


def test_what_happened_while_nobody_listened_is_fetched(
    service: Service, stripe: SpecifiedStripe, owner: Person
) -> None:
    at = f"/v1/organizations/{owner.organization()}/billing"
    body = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}
    opened = owner.http.post(f"{at}/checkout-sessions", json=body).json()
    stripe.do(stripe.checkouts.pay(opened["id"]))

    service.cli("billing", "events", "backfill", "--minutes", "60")

    assert soon(lambda: owner.http.get(at).json()["subscription"] is not None)
    assert "checkout" in service.cli("billing", "commands", "list")


def test_a_key_that_moves_real_money_wants_to_be_told_so(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "billing.yaml"
    file.write_text(service.cli("billing", "catalog", "example"))
    service.environment["CORE_STRIPE_API_KEY"] = "sk_live_1"
    try:
        told = service.cli("billing", "catalog", "apply", str(file), "--yes", expect=2)
        assert "--live" in told
        told = service.cli("billing", "webhooks", "create", expect=2)
        assert "--live" in told
    finally:
        service.environment["CORE_STRIPE_API_KEY"] = API_KEY
