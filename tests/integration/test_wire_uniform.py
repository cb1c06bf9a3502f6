"""Answers that tell nobody anything: who has an account, and what is wrong with a link."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from adapters.security import Seals, SecretKeys
from tests.factories import PASSWORD
from tests.integration.service import Person, Service

OWN_TO_EACH = {"date", "x-request-id"}


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return what a caller can tell answers apart by."""
    headers = {k: v for k, v in answer.headers.items() if k not in OWN_TO_EACH}
    body = answer.json()
    body.pop("request_id", None)
    headers.pop("content-length")
    return answer.status_code, headers, body


class Acquaintances:
    """One address of every kind the service may know, and one it does not."""

    def __init__(self, service: Service) -> None:
        self.service = service
        suspended, invited = service.person(), Person(service, f"{uuid4().hex}@example.com")
        service.cli("accounts", "users", "suspend", suspended.email, "--yes")
        owner = service.person()
        owner.invite(owner.organization(), invited)
        unverified = service.person(verified=False)
        self.addresses = {
            "verified": service.person().email,
            "unverified": unverified.email,
            "suspended": suspended.email,
            "without a password": "admin@example.com",
            "invited": invited.email,
            "unknown": f"{uuid4().hex}@example.com",
        }


@pytest.fixture(scope="module")
def known(service: Service) -> Acquaintances:
    return Acquaintances(service)


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/v1/auth/password/forgot", {}, 202),
        ("/v1/auth/verify-email/resend", {}, 202),
        ("/v1/auth/login", {"password": "not the password of anybody"}, 401),
        ("/v1/auth/register", {"password": PASSWORD}, 202),
    ],
)
def test_no_answer_tells_who_has_an_account(
    service: Service, known: Acquaintances, path: str, more: dict[str, str], status: int
) -> None:
    with service.client() as client:
        answers = {
            kind: seen(client.post(path, json={"email": address} | more))
            for kind, address in known.addresses.items()
        }

    expected = answers.pop("unknown")
    assert expected[0] == status
    for kind, answer in answers.items():
        assert answer == expected, kind


def test_a_second_registration_changes_nothing_for_the_first(service: Service) -> None:
    ada = service.person()
    other = {"email": ada.email.upper(), "password": "another horse battery staple"}

    ada.http.post("/v1/auth/register", json=other).raise_for_status()

    stolen = {"email": ada.email, "password": other["password"]}
    assert ada.http.post("/v1/auth/login", json=stolen).status_code == 401
    ada.log_in()
    assert ada.http.get("/v1/me").json()["email_verified"] is True


class Links:
    """Links that are no good any more, each for another reason."""

    def __init__(self, service: Service, purpose: str) -> None:
        self.service, self.purpose = service, purpose
        asked = {"verify_email": "verify-email/resend", "reset_password": "password/forgot"}
        self.path = f"/v1/auth/{asked[purpose]}"
        self.page = {"verify_email": "/verify-email", "reset_password": "/reset-password"}[purpose]

    def fresh(self, bob: Person | None = None) -> tuple[Person, str]:
        bob = bob or Person(self.service, f"{uuid4().hex}@example.com")
        if not self.service.mails_to(bob.email):
            bob.register()
            self.service.mailed_token(bob.email, "/verify-email")
        before = len(self.service.mailed_tokens(bob.email, self.page))
        bob.http.post(self.path, json={"email": bob.email}).raise_for_status()
        return bob, self.service.mailed_token(bob.email, self.page, after=before)

    def use(self, token: str) -> httpx.Response:
        with self.service.client() as client:
            if self.purpose == "verify_email":
                return client.post("/v1/auth/verify-email", json={"token": token})
            body = {"token": token, "new_password": "another horse battery staple"}
            return client.post("/v1/auth/password/reset", json=body)

    def used(self) -> str:
        _, token = self.fresh()
        assert self.use(token).status_code == 204
        return token

    def replaced(self) -> str:
        bob, token = self.fresh()
        self.fresh(bob)
        return token

    def expired(self) -> str:
        bob, token = self.fresh()
        with psycopg.connect(self.service.owner_url) as owner:
            changed = owner.execute(
                "UPDATE accounts.one_time_tokens SET expires_at = now() WHERE user_id ="
                " (SELECT id FROM accounts.users WHERE email = %s)",
                [bob.email],
            )
            assert changed.rowcount
        return token

    def forgotten(self) -> str:
        bob, token = self.fresh()
        with psycopg.connect(self.service.owner_url) as owner:
            owner.execute("DELETE FROM accounts.users WHERE email = %s", [bob.email])
        return token

    def for_something_else(self) -> str:
        other = "reset_password" if self.purpose == "verify_email" else "verify_email"
        return Links(self.service, other).fresh()[1]

    def of_another_installation(self) -> str:
        seals = Seals(SecretKeys(("another installation's secret, of its own",)))
        return seals.seal(f"accounts/{self.purpose}", uuid4().bytes)

    def of_another_kind(self) -> str:
        return str(self.service.person().tokens["refresh_token"])

    def changed(self) -> str:
        _, token = self.fresh()
        return token[:-2] + ("AA" if token[-2:] != "AA" else "BB")

    def nonsense(self) -> str:
        return "nonsense"


@pytest.mark.parametrize("purpose", ["verify_email", "reset_password"])
def test_a_dead_link_is_dead_whatever_killed_it(service: Service, purpose: str) -> None:
    links = Links(service, purpose)
    kinds: list[Callable[[], str]] = [
        links.used,
        links.replaced,
        links.expired,
        links.forgotten,
        links.for_something_else,
        links.of_another_installation,
        links.of_another_kind,
        links.changed,
    ]
    expected = seen(links.use(links.nonsense()))

    assert (expected[0], expected[2]["code"]) == (400, "token_invalid_or_expired")
    for kind in kinds:
        assert seen(links.use(kind())) == expected, kind.__name__


def test_looking_at_a_link_does_not_use_it_up(service: Service) -> None:
    for purpose, page in (("verify_email", "/verify-email"), ("reset_password", "/reset-password")):
        links = Links(service, purpose)
        _, token = links.fresh()
        with service.client() as client:
            assert client.get(f"{page}?token={token}").status_code == 200
            assert client.head(f"{page}?token={token}").status_code in {200, 405}
        assert links.use(token).status_code == 204
