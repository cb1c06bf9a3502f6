"""Tokens that are reused, foreign, forged or of another kind are refused, each in the same way."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service

OWN_KEY = generate_private_key(SECP256R1())
INVALID = {"code": "token_invalid_or_expired", "status": 400}


@pytest.fixture(scope="module")
def ada(service: Service) -> Person:
    return service.person()


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def forgeries(token: str, jwks: dict[str, Any]) -> dict[str, str]:
    """Return tokens that say what a real one says, and that nobody of us signed so."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    signature = token.rsplit(".", 1)[1]
    key = next(one for one in jwks["keys"] if one["kid"] == header["kid"])
    public = json.dumps(key).encode()
    hs256 = f"{encoded(header | {'alg': 'HS256'})}.{encoded(claims)}"
    mac = base64.urlsafe_b64encode(hmac.digest(public, hs256.encode(), hashlib.sha256))

    def own(changed: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(changed, OWN_KEY, "ES256", headers=header | headers)

    return {
        "nonsense": "nonsense",
        "empty parts": "..",
        "alg none": f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}.",
        "alg none, signed": f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}.{signature}",
        "HS256 with the public key": f"{hs256}.{mac.rstrip(b'=').decode()}",
        "another key": own(claims),
        "unknown kid": own(claims, kid="unknown"),
        "kid that is a path": own(claims, kid="../../../etc/passwd"),
        "kid that is no text": own(claims, kid="\x00"),
        "wrong typ": f"{encoded(header | {'typ': 'JWT'})}.{encoded(claims)}.{signature}",
        "changed subject": ".".join(
            [encoded(header), encoded(claims | {"sub": str(uuid4())}), signature]
        ),
        "longer life": ".".join(
            [encoded(header), encoded(claims | {"exp": int(time.time()) + 10**6}), signature]
        ),
    }


def test_forged_access_tokens_are_refused(service: Service, ada: Person) -> None:
    jwks = ada.http.get("/.well-known/jwks.json").json()

    for how, forged in forgeries(ada.tokens["access_token"], jwks).items():
        answer = ada.http.get("/v1/me", headers={"Authorization": f"Bearer {forged}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), how
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_published_keys_verify_an_access_token(service: Service, ada: Person) -> None:
    answer = ada.http.get("/.well-known/jwks.json")
    token = ada.tokens["access_token"]

    assert answer.headers["cache-control"] == "max-age=600"
    keys = {one["kid"]: jwt.PyJWK(one) for one in answer.json()["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, ["ES256"], audience="core-api", issuer=service.url)
    assert claims["sub"] == ada.tokens["user"]["id"]
    assert all("d" not in one for one in answer.json()["keys"])


def test_one_kind_of_token_is_none_of_another_kind(ada: Person) -> None:
    access, refresh = ada.tokens["access_token"], ada.tokens["refresh_token"]

    as_access = ada.http.get("/v1/me", headers={"Authorization": f"Bearer {refresh}"})
    as_refresh = ada.http.post("/v1/auth/token/refresh", json={"refresh_token": access})

    assert (as_access.status_code, as_access.json()["code"]) == (401, "token_invalid")
    assert (as_refresh.status_code, as_refresh.json()["code"]) == (401, "token_invalid")


def test_a_mailed_token_works_once_and_for_its_purpose_alone(service: Service) -> None:
    bob = Person(service, f"{uuid4().hex}@example.com")
    bob.register()
    token = service.mailed_token(bob.email, "/verify-email")
    reset = {"token": token, "new_password": PASSWORD}

    foreign = bob.http.post("/v1/auth/password/reset", json=reset)
    first = bob.http.post("/v1/auth/verify-email", json={"token": token})
    second = bob.http.post("/v1/auth/verify-email", json={"token": token})

    assert first.status_code == 204
    assert foreign.json().items() >= INVALID.items()
    assert second.json().items() >= INVALID.items()


@pytest.mark.parametrize("token", ["", "x", "A" * 91, "\x00", "💩", "x" * 1025])
def test_a_mailed_token_that_was_made_up_is_refused(ada: Person, token: str) -> None:
    answer = ada.http.post("/v1/auth/verify-email", json={"token": token})

    assert answer.status_code in {400, 422}


def test_a_newer_link_makes_the_older_one_useless(service: Service) -> None:
    bob = service.person()
    bob.http.post("/v1/auth/password/forgot", json={"email": bob.email})
    old = service.mailed_token(bob.email, "/reset-password")
    bob.http.post("/v1/auth/password/forgot", json={"email": bob.email})
    new = service.mailed_token(bob.email, "/reset-password", after=1)
    body = {"new_password": "another horse battery staple"}

    assert bob.http.post("/v1/auth/password/reset", json=body | {"token": old}).status_code == 400
    assert bob.http.post("/v1/auth/password/reset", json=body | {"token": new}).status_code == 204


def test_a_reset_ends_every_session_and_the_old_password(service: Service) -> None:
    bob = service.person()
    bob.http.post("/v1/auth/password/forgot", json={"email": bob.email})
    token = service.mailed_token(bob.email, "/reset-password")
    body = {"token": token, "new_password": "another horse battery staple"}

    bob.http.post("/v1/auth/password/reset", json=body).raise_for_status()

    assert bob.http.get("/v1/me").json()["code"] == "session_revoked"
    login = {"email": bob.email, "password": PASSWORD}
    assert bob.http.post("/v1/auth/login", json=login).json()["code"] == "invalid_credentials"


def test_an_old_refresh_token_ends_the_session_and_is_told_by_mail(service: Service) -> None:
    bob = service.person()
    stale = bob.tokens["refresh_token"]
    for _ in range(2):
        body = {"refresh_token": bob.tokens["refresh_token"]}
        bob.tokens = bob.http.post("/v1/auth/token/refresh", json=body).json()

    reused = bob.http.post("/v1/auth/token/refresh", json={"refresh_token": stale})

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_reuse_detected")
    assert bob.http.get("/v1/me").json()["code"] == "session_revoked"
    current = {"refresh_token": bob.tokens["refresh_token"]}
    dead = bob.http.post("/v1/auth/token/refresh", json=current)
    assert dead.json()["code"] == "session_revoked"
    deadline = time.monotonic() + PATIENCE
    while len(service.mails_to(bob.email)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_logging_out_is_fine_twice(service: Service) -> None:
    bob = service.person()
    body = {"refresh_token": bob.tokens["refresh_token"]}

    assert bob.http.post("/v1/auth/logout", json=body).status_code == 204
    assert bob.http.post("/v1/auth/logout", json=body).status_code == 204
    assert bob.http.post("/v1/auth/logout").status_code == 204
    assert bob.http.get("/v1/me").status_code == 401


def test_a_sensitive_action_wants_a_fresh_proof(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob))
    wrong = ada.http.post("/v1/auth/reauthenticate", json={"password": "not this one, no"})
    right = ada.http.post("/v1/auth/reauthenticate", json={"password": PASSWORD})

    assert (wrong.status_code, right.status_code) == (401, 200)
    transfer = ada.http.post(
        f"/v1/organizations/{organization_id}/transfer-ownership",
        json={"user_id": bob.tokens["user"]["id"]},
    )
    assert transfer.status_code == 204
    assert ada.http.get(f"/v1/organizations/{organization_id}").json()["role"] == "admin"
