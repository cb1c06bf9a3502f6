"""Access tokens that our own key signed, or that only look so: one rule broken each."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import load_der_private_key
from jwt.algorithms import ECAlgorithm

from adapters.security import SecretBox, SecretKeys
from tests.integration.service import Person, Service

REQUIRED = ("iss", "aud", "sub", "exp", "iat", "sid", "client_id", "auth_time", "amr")
DROP = object()


class Mint:
    """Somebody who got hold of the service's own signing key."""

    def __init__(self, service: Service) -> None:
        secret = (service.folder / "data" / "secret_keys").read_text().strip()
        with psycopg.connect(service.owner_url) as owner:
            found = owner.execute(
                "SELECT kid, private_box FROM accounts.signing_keys WHERE state = 'current'"
            ).fetchone()
        assert found is not None
        self.kid, box = found
        key = load_der_private_key(SecretBox(SecretKeys((secret,))).decrypt(box), None)
        assert isinstance(key, EllipticCurvePrivateKey)
        self.key = key
        self.ada = service.person()
        self.header = {"typ": "at+jwt", "kid": self.kid}
        self.claims: dict[str, Any] = jwt.decode(
            self.ada.tokens["access_token"], options={"verify_signature": False}
        )

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        kept = {k: v for k, v in (self.claims | claims).items() if v is not DROP}
        headers = {k: v for k, v in (self.header | (header or {})).items() if v is not DROP}
        return jwt.encode(kept, self.key, "ES256", headers=headers)

    def ask(self, token: str) -> httpx.Response:
        return self.ada.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def mint(service: Service) -> Mint:
    return Mint(service)


def assert_refused(answer: httpx.Response, code: str, what: object) -> None:
    assert (answer.status_code, answer.json()["code"]) == (401, code), what
    assert answer.headers["www-authenticate"] == "Bearer"


def test_what_the_mint_makes_is_taken_as_long_as_no_rule_is_broken(mint: Mint) -> None:
    assert mint.ask(mint.token(jti=str(uuid4()))).status_code == 200
    assert mint.ask(mint.token({"typ": "application/at+jwt"})).status_code == 200


def test_a_token_past_its_time_is_told_so(mint: Mint) -> None:
    for late in (1, 3600, 10**9):
        token = mint.token(exp=int(time.time()) - late, iat=int(time.time()) - late - 600)
        assert_refused(mint.ask(token), "token_expired", late)


def test_a_claim_that_is_missing_makes_a_token_worthless(mint: Mint) -> None:
    for name in REQUIRED:
        dropped: dict[str, Any] = {name: DROP}
        assert_refused(mint.ask(mint.token(**dropped)), "token_invalid", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "another-service"),
        ("aud", []),
        ("aud", 5),
        ("sub", "nobody"),
        ("sub", 5),
        ("sub", {"$ne": ""}),
        ("sid", "\x00"),
        ("sid", None),
        ("exp", "tomorrow"),
        ("exp", 10**30),
        ("exp", -(10**30)),
        ("exp", None),
        ("iat", "now"),
        ("auth_time", [1]),
        ("amr", "pwd"),
        ("amr", 5),
        ("client_id", ["core-api"]),
        ("nbf", 10**10),
        ("sid", [[[[[]]]]]),
    ],
)
def test_a_claim_of_nonsense_makes_a_token_worthless(mint: Mint, name: str, value: Any) -> None:
    assert_refused(mint.ask(mint.token(**{name: value})), "token_invalid", (name, value))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": DROP},
        {"typ": 5},
        {"typ": "at+jwt; x"},
        {"kid": DROP},
        {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"kid": "\ud83d\udca9" * 200},
        {"crit": ["b64"], "b64": False},
        {"crit": ["exp"]},
    ],
    ids=range(10),
)
def test_a_header_of_nonsense_makes_a_token_worthless(mint: Mint, header: dict[str, Any]) -> None:
    assert_refused(mint.ask(mint.token(header)), "token_invalid", header)


def test_no_key_that_a_token_brings_along_is_used(mint: Mint) -> None:
    other = generate_private_key(SECP256R1())
    jwk = ECAlgorithm.to_jwk(other.public_key(), as_dict=True)
    for header in ({"jwk": jwk}, {"jku": "http://127.0.0.1:1/jwks.json"}, {"x5u": "file:///"}):
        token = jwt.encode(mint.claims, other, "ES256", headers=mint.header | header)
        assert_refused(mint.ask(token), "token_invalid", header)


def part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_what_is_no_token_at_all_is_refused_alike(mint: Mint) -> None:
    real = mint.ada.tokens["access_token"]
    header, claims, signature = real.split(".")
    deep = part(b'{"alg":' + b"[" * 12_000 + b"]" * 12_000 + b"}")
    worthless = [
        *(".", "..", "...", "a.b.c", "=.=.=", f"{real}.x", f"{header}.{claims}", f".{claims}."),
        f"{header}.{claims}.{signature[:-4]}",
        f"{header}.{claims}.{part(bytes(64))}",
        f"{part(b'[]')}.{claims}.{signature}",
        f"{part(b'null')}.{claims}.{signature}",
        f"{part(json.dumps({'alg': ['ES256'], **mint.header}).encode())}.{claims}.{signature}",
        f"{part(json.dumps({'alg': 'ES256', **mint.header, 'kid': {}}).encode())}.{claims}.x",
        f"{deep}.{claims}.{signature}",
        "a" * 30_000,
    ]
    for token in worthless:
        assert_refused(mint.ask(token), "token_invalid", token[:80])


def test_another_scheme_is_nobody(mint: Mint) -> None:
    token = mint.ada.tokens["access_token"]
    for value in (token, f"Basic {token}", "Bearer", f"Token {token}", ""):
        answer = mint.ada.http.get("/v1/me", headers={"Authorization": value})
        assert_refused(answer, "authentication_required", value[:20])


def test_a_token_is_for_its_own_session_and_person_alone(service: Service, mint: Mint) -> None:
    eve = service.person()
    mixed = {
        "a session that never was": {"sid": str(uuid4())},
        "a session of somebody else": {"sid": eve.tokens["session_id"]},
        "another person in the session": {"sub": eve.tokens["user"]["id"]},
        "nobody": {"sub": str(uuid4())},
    }
    for what, claims in mixed.items():
        assert_refused(mint.ask(mint.token(**claims)), "session_revoked", what)


def test_a_session_ends_for_access_and_refresh_however_it_ends(service: Service) -> None:
    def deleted(bob: Person) -> None:
        bob.http.delete(f"/v1/me/sessions/{bob.tokens['session_id']}").raise_for_status()

    def logged_out(bob: Person) -> None:
        bob.http.post("/v1/auth/logout").raise_for_status()

    def ended_by_another_device(bob: Person) -> None:
        other = Person(service, bob.email)
        other.log_in()
        other.http.delete("/v1/me/sessions").raise_for_status()

    def expired(bob: Person) -> None:
        with psycopg.connect(service.owner_url) as owner:
            owner.execute(
                "UPDATE accounts.sessions SET idle_expires_at = now() WHERE id = %s",
                [bob.tokens["session_id"]],
            )

    endings: list[Callable[[Person], None]] = [
        deleted,
        logged_out,
        ended_by_another_device,
        expired,
    ]
    for end in endings:
        bob = service.person()
        end(bob)
        assert_refused(bob.http.get("/v1/me"), "session_revoked", end.__name__)
        body = {"refresh_token": bob.tokens["refresh_token"]}
        refreshed = bob.http.post("/v1/auth/token/refresh", json=body)
        assert_refused(refreshed, "session_revoked", end.__name__)


def test_somebody_suspended_is_out_with_their_next_request(service: Service) -> None:
    bob = service.person()
    service.cli("accounts", "users", "suspend", bob.email, "--yes")

    assert_refused(bob.http.get("/v1/me"), "session_revoked", "access")
    body = {"refresh_token": bob.tokens["refresh_token"]}
    assert_refused(bob.http.post("/v1/auth/token/refresh", json=body), "session_revoked", "refresh")
    login = {"email": bob.email, "password": "not the password of bob"}
    wrong = bob.http.post("/v1/auth/login", json=login)
    assert_refused(wrong, "invalid_credentials", "only who knows the password is told")
    right = bob.http.post(
        "/v1/auth/login", json=login | {"password": "correct horse battery staple"}
    )
    assert (right.status_code, right.json()["code"]) == (403, "account_suspended")
