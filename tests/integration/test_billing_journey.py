"""Paying over HTTP and at a terminal, as a newcomer does: with the sandbox."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from stripe import WebhookSignature

from tests.integration.conftest import WEBHOOK_SECRET
from tests.integration.files import code
from tests.integration.service import PATIENCE, Person, Service

BACK = "http://127.0.0.1/billing?session={CHECKOUT_SESSION_ID}"


@pytest.fixture(scope="module")
def sold(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue, applied as the documentation says."""
    file = tmp_path_factory.mktemp("billing") / "billing.yaml"
    file.write_text(service.cli("billing", "catalog", "example"))
    service.cli("billing", "catalog", "apply", str(file), "--yes")
    return file


class Payer:
    """Somebody with an organization that may pay."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.owner: Person = service.person()
        self.http = self.owner.http
        self.id = self.owner.organization()
        self.at = f"/v1/organizations/{self.id}/billing"

    def checkout(self, price: str = "team_monthly", **headers: str) -> httpx.Response:
        body = {"price_lookup_key": price, "success_url": BACK, "cancel_url": BACK}
        return self.http.post(f"{self.at}/checkout-sessions", json=body, headers=headers)

    def pay(self, url: str, card: str = "4242") -> httpx.Response:
        with self.service.client() as browser:
            page = browser.get(url)
            assert page.status_code == 200
            assert "no money moves" in page.text
            return browser.post(url, data={"card": card})

    def subscribe(self) -> dict[str, Any]:
        opened = self.checkout().json()
        assert self.pay(opened["url"]).status_code == 303
        answer = self.http.post(f"{self.at}/checkout-sessions/{opened['id']}/sync")
        assert answer.status_code == 200, answer.text
        standing: dict[str, Any] = answer.json()
        return standing

    def counted(self) -> set[str]:
        """Return the names of all that was counted here."""
        items = self.http.get(f"/v1/organizations/{self.id}/events/names").json()["items"]
        return {one["name"] for one in items}

    def features(self) -> dict[str, Any]:
        items = self.http.get(f"{self.at}/entitlements").json()["items"]
        return {one["feature"]: one for one in items}


@pytest.fixture
def payer(service: Service, sold: Path) -> Payer:
    return Payer(service)


def test_a_newcomer_subscribes_and_a_feature_switches_on(payer: Payer) -> None:
    plans = httpx.get(f"{payer.service.url}/v1/billing/plans").json()
    assert [plan["key"] for plan in plans["plans"]] == ["free", "team"]
    assert payer.http.get(payer.at).json()["access"]["reason"] == "free"
    assert payer.features().keys() == {"projects"}

    opened = payer.checkout()
    assert opened.status_code == 201, opened.text
    checkout = opened.json()
    declined = payer.pay(checkout["url"], "0002")
    assert "The card was declined" in declined.text
    paid = payer.pay(checkout["url"])
    assert paid.status_code == 303
    assert paid.headers["location"] == BACK.replace("{CHECKOUT_SESSION_ID}", checkout["id"])
    assert "http://127.0.0.1" in paid.headers["content-security-policy"]
    standing = payer.http.post(f"{payer.at}/checkout-sessions/{checkout['id']}/sync").json()

    assert (standing["subscription"]["plan"], standing["subscription"]["status"]) == (
        "team",
        "trialing",
    )
    assert standing["access"]["granted"]
    assert payer.features()["sso"]["has_access"]
    assert payer.http.get(f"{payer.at}/entitlements/sso").json()["has_access"]
    assert payer.http.get(checkout["url"]).status_code == 404
    shown = payer.service.cli("billing", "show", payer.id, "--json")
    assert json.loads(shown)["subscription"]["plan"] == "team"
    assert "sso" in payer.service.cli("billing", "entitlements", "show", payer.id)


def test_plans_that_somebody_knows_are_not_told_again(payer: Payer) -> None:
    plans = httpx.get(f"{payer.service.url}/v1/billing/plans")
    known = {"If-None-Match": plans.headers["etag"]}

    again = httpx.get(f"{payer.service.url}/v1/billing/plans", headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "public, max-age=60"


def test_what_was_paid_is_known_though_nobody_came_back(payer: Payer) -> None:
    payer.pay(payer.checkout().json()["url"])

    for _ in range(100):
        if payer.http.get(payer.at).json()["subscription"]:
            break
    assert payer.http.get(payer.at).json()["subscription"]["plan"] == "team"


def test_a_subscription_is_changed_ended_and_kept(payer: Payer) -> None:
    payer.subscribe()
    at = f"{payer.at}/subscription"

    yearly = {"price_lookup_key": "team_yearly"}
    preview = payer.http.post(f"{at}/preview", json=yearly).json()
    assert preview["next"] == {"amount": 12000, "currency": "eur"}
    key = {"Idempotency-Key": "change-1"}
    changed = payer.http.patch(at, json=yearly, headers=key)
    assert changed.json()["subscription"]["price_lookup_key"] == "team_yearly", changed.text
    assert payer.http.patch(at, json=yearly, headers=key).json() == changed.json()
    assert code(payer.http.patch(at, json={"quantity": 2}, headers=key)) == (
        422,
        "idempotency_key_reused",
    )
    assert code(payer.checkout()) == (409, "already_subscribed")
    ended = payer.http.delete(at, params={"when": "period_end", "reason": "too dear"}).json()
    assert ended["subscription"]["ends_at"] is not None
    kept = payer.http.post(f"{at}/resume").json()
    assert kept["subscription"]["ends_at"] is None
    assert code(payer.http.post(f"{at}/resume")) == (409, "not_resumable")
    invoices = payer.http.get(f"{payer.at}/invoices").json()["items"]
    assert [one["status"] for one in invoices] == ["paid"]
    one = invoices[0]["id"]
    assert payer.http.get(f"{payer.at}/invoices/{one}").json()["id"] == one
    assert code(payer.http.get(f"{payer.at}/invoices/{one}/pdf")) == (404, "invoice_not_found")
    methods = payer.http.get(f"{payer.at}/payment-methods").json()["items"]
    assert [method["last4"] for method in methods] == ["4242"]
    last = payer.http.delete(f"{payer.at}/payment-methods/{methods[0]['id']}")
    assert code(last) == (409, "last_method_in_use")


def test_of_many_checkouts_at_once_one_stays_open(payer: Payer) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: payer.checkout(), range(20)))

    assert {answer.status_code for answer in answers} == {201}
    open_pages = [
        answer.json()["url"]
        for answer in answers
        if payer.http.get(answer.json()["url"]).status_code == 200
    ]
    assert len(open_pages) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"price_lookup_key": "gold"}, (422, "unknown_price")),
        ({"success_url": "https://evil.example"}, (422, "redirect_not_allowed")),
        ({"quantity": 0}, (422, "validation_failed")),
        ({"quantity": "2"}, (422, "validation_failed")),
        ({"success_url": "javascript:alert(1)"}, (422, "validation_failed")),
        ({"locale": "xx-"}, (422, "validation_failed")),
        ({"surprise": 1}, (422, "validation_failed")),
    ],
)
def test_a_checkout_that_makes_no_sense_is_refused(
    payer: Payer, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    known = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}

    assert code(payer.http.post(f"{payer.at}/checkout-sessions", json=known | body)) == expected


def test_anothers_payments_are_not_there(payer: Payer) -> None:
    checkout = payer.checkout().json()
    stranger = Payer(payer.service)

    for at in (payer.at, f"{payer.at}/invoices", f"{payer.at}/entitlements"):
        assert code(stranger.http.get(at)) == (404, "organization_not_found")
    sync = f"{stranger.at}/checkout-sessions/{checkout['id']}/sync"
    assert code(stranger.http.post(sync)) == (404, "checkout_not_found")


# --- Webhooks -------------------------------------------------------------------------------------


def event(**fields: Any) -> bytes:
    known: dict[str, Any] = {
        "id": f"evt_{id(fields)}",
        "object": "event",
        "type": "customer.updated",
        "created": 1_700_000_000,
        "livemode": False,
        "data": {"object": {"id": "cus_nobody", "object": "customer"}},
    }
    return json.dumps(known | fields).encode()


def send(service: Service, body: bytes, secret: str = WEBHOOK_SECRET) -> httpx.Response:
    header: str = WebhookSignature.generate_signature_header(body.decode(), secret)
    return httpx.post(
        f"{service.url}/v1/billing/webhooks/stripe",
        content=body,
        headers={"Stripe-Signature": header},
    )


def test_a_webhook_is_kept_once_and_acted_on(service: Service) -> None:
    body = event(id="evt_journey")

    assert send(service, body).json() == {"received": True, "duplicate": False}
    assert send(service, body).json() == {"received": True, "duplicate": True}

    listed = json.loads(service.cli("billing", "events", "list", "--json"))
    assert "evt_journey" in [one["id"] for one in listed]


def test_what_is_no_webhook_is_refused(service: Service) -> None:
    url = f"{service.url}/v1/billing/webhooks/stripe"

    assert code(httpx.post(url, content=event())) == (400, "invalid_signature")
    assert code(send(service, event(), "whsec_wrong")) == (400, "invalid_signature")
    assert code(send(service, b"[]")) == (400, "invalid_event")
    assert code(send(service, event(object="v2.core.event"))) == (400, "invalid_event")
    assert code(httpx.post(url, content=b"x" * 600_000)) == (413, "content_too_large")
    for header in (b"t=1,v1=\xff\xfe", b"\xf0\x9f", b"t=" + b"9" * 5000):
        answer = httpx.post(url, content=b"\xff", headers={b"Stripe-Signature": header})
        assert code(answer) == (400, "invalid_signature")


# --- What it brings -------------------------------------------------------------------------------


def test_what_is_paid_a_month_is_counted_and_operators_see_it(payer: Payer) -> None:
    payer.subscribe()
    payer.http.delete(f"{payer.at}/subscription", params={"when": "now"}).raise_for_status()
    payer.subscribe()  # without another trial

    [euros] = json.loads(payer.service.cli("billing", "mrr", "--days", "1", "--json"))
    assert euros["currency"] == "eur"
    assert min(euros["mrr"], euros["new"]) >= 1200
    shown = payer.service.cli("billing", "mrr")
    assert re.search(r"^EUR +[1-9]\d* +\d+\.\d\d +\d+\.\d\d +", shown, re.MULTILINE)
    deadline = time.monotonic() + PATIENCE
    while "$billing.mrr_changed" not in payer.counted():
        assert time.monotonic() < deadline


# --- At a terminal --------------------------------------------------------------------------------


def test_what_is_sold_is_a_file(service: Service, sold: Path, tmp_path: Path) -> None:
    pulled = tmp_path / "pulled.yaml"
    pulled.write_text(service.cli("billing", "catalog", "pull"))
    assert re.search(r"changed_plans\s+-\n", service.cli("billing", "catalog", "diff", str(pulled)))
    pulled.write_text(pulled.read_text().replace("name: Team", "name: Crew"))
    told = service.cli("billing", "catalog", "diff", str(pulled))
    assert re.search(r"changed_plans\s+team", told)
    for text, complaint in (("plans: [", "is no YAML"), ("free: gold", "no plan gold")):
        pulled.write_text(text)
        assert complaint in service.cli("billing", "catalog", "diff", str(pulled), expect=2)


def test_an_operator_gives_a_feature_and_looks_again(payer: Payer) -> None:
    service = payer.service
    service.cli("billing", "entitlements", "set", payer.id, "projects", "--most", "77")
    assert payer.features()["projects"]["limit"] == 77
    service.cli("billing", "entitlements", "reset", payer.id, "projects")
    assert payer.features()["projects"]["limit"] == 3
    assert "no_customer" in service.cli("billing", "sync", payer.id, expect=1)
    assert "could not be" in service.cli("billing", "sync", "--all")
