"""An operator acts as somebody, on the wire: what they see, and all that they can't do."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import psycopg
import pytest

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service
from tests.integration.terminal import Terminal


@pytest.fixture
def cli(service: Service, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal(service, monkeypatch)
    monkeypatch.setenv("CORE_PUBLIC_URL", service.url)  # for its tokens are good there alone
    return terminal


@pytest.fixture(scope="module")
def operator(service: Service) -> Person:
    person = service.person()
    service.cli("accounts", "users", "grant-role", person.email, "operator")
    strengthen(person)
    return person


def strengthen(person: Person) -> None:
    """Make it a session of two factors."""
    with psycopg.connect(person.service.owner_url, autocommit=True) as owner:
        owner.execute(
            "UPDATE accounts.sessions SET amr = '{pwd,otp,mfa}' WHERE id = %s",
            [person.tokens["session_id"]],
        )


def user_id(person: Person) -> str:
    return str(person.tokens["user"]["id"])


def path(person: Person) -> str:
    return f"/v1/admin/users/{user_id(person)}/impersonation"


def start(by: Person, person: Person, **fields: Any) -> httpx.Response:
    return by.http.post(path(person), json={"reason": "Ticket 42"} | fields)


def acting(by: Person, person: Person, **fields: Any) -> Person:
    """Return who is them now."""
    answer = start(by, person, **fields)
    assert answer.status_code == 201, answer.text
    return holding(by.service, person, answer.json())


def holding(service: Service, person: Person, tokens: dict[str, Any]) -> Person:
    other = Person(service, person.email)
    other.tokens = tokens
    other.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return other


def test_an_operator_sees_what_somebody_sees_and_they_are_told(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    organization_id = ada.organization()

    answer = start(operator, ada)

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert tokens["user"]["id"] == user_id(ada)
    assert tokens["device_token"] is None
    assert "set-cookie" not in answer.headers
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["act"]) == (user_id(ada), {"sub": user_id(operator)})
    eve = holding(service, ada, tokens)
    assert eve.http.get("/v1/me").json()["email"] == ada.email
    assert eve.http.get(f"/v1/organizations/{organization_id}").status_code == 200
    sessions = ada.http.get("/v1/me/sessions").json()["items"]
    assert [(one["current"], one["impersonated"]) for one in sessions] == [
        (False, True),
        (True, False),
    ]
    deadline = time.monotonic() + PATIENCE
    while not any("Ticket 42" in text for text in service.mails_to(ada.email)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_they_end_it_among_their_sessions(service: Service, operator: Person) -> None:
    ada = service.person()
    eve = acting(operator, ada)

    ended = ada.http.delete(f"/v1/me/sessions/{eve.tokens['session_id']}")

    assert ended.status_code == 204
    assert eve.http.get("/v1/me").json()["code"] == "session_revoked"


def test_an_operator_stops_by_logging_out_or_all_at_once(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    first, second, third = (acting(operator, ada) for _ in range(3))

    assert first.http.post("/v1/auth/logout").status_code == 204
    assert [one.http.get("/v1/me").status_code for one in (first, second)] == [401, 200]
    assert [operator.http.delete(path(ada)).status_code for _ in range(2)] == [204, 204]
    assert [one.http.get("/v1/me").status_code for one in (second, third)] == [401, 401]
    assert ada.http.get("/v1/me").status_code == 200
    with psycopg.connect(service.owner_url) as owner:
        rows = owner.execute(
            "SELECT count(*) FROM core.audit_events"
            " WHERE action = 'impersonation.stopped' AND target_id = ANY (%s::uuid[])",
            [[one.tokens["session_id"] for one in (first, second, third)]],
        ).fetchone()
    assert rows == (3,)


def test_it_can_be_refreshed_within_its_hour(service: Service, operator: Person) -> None:
    eve = acting(operator, service.person())
    body = {"refresh_token": eve.tokens["refresh_token"]}

    again = eve.http.post("/v1/auth/token/refresh", json=body)

    assert again.status_code == 200
    assert again.json()["refresh_expires_at"] == eve.tokens["refresh_expires_at"]
    renewed = holding(service, eve, again.json())
    assert renewed.http.patch("/v1/me", json={}).json()["code"] == "impersonation_read_only"


# --- Read-only ------------------------------------------------------------------------------------


def writes(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for template, operations in document["paths"].items():
        for method, operation in operations.items():
            if method != "get" and operation.get("security"):
                yield method.upper(), template, operation["operationId"]


def test_whoever_only_looks_is_refused_by_every_route_that_writes(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    organization_id = ada.organization()
    eve = acting(operator, ada)
    document = eve.http.get("/openapi.json").json()
    tried = list(writes(document))
    assert len(tried) >= 18

    for method, template, name in tried:
        parts = template.replace("{organization_id}", organization_id).split("/")
        filled = "/".join(str(uuid4()) if part.startswith("{") else part for part in parts)
        ways: tuple[dict[str, Any], ...] = (
            {"content": b"{"},
            {"json": {}},
            {"headers": {"Idempotency-Key": "x"}},
        )
        for options in ways:
            answer = eve.http.request(method, filled, **options)
            assert (answer.status_code, answer.json()["code"]) == (
                403,
                "impersonation_read_only",
            ), name
        assert "403" in document["paths"][template][method.lower()]["responses"], name

    assert ada.http.get("/v1/me").json() == eve.http.get("/v1/me").json()


def test_nor_does_a_terminal_let_them_write(
    service: Service, operator: Person, cli: Terminal
) -> None:
    ada, bob = service.person(), service.person()
    token = bob.invite(bob.organization(), ada)
    eve = acting(operator, ada)

    said = cli(
        *("accounts", "accept-invitation", token),
        *("--access-token", eve.tokens["access_token"]),
        expect=1,
    )

    assert "impersonation_read_only" in said
    assert ada.http.get("/v1/me/organizations").json()["items"] == []


# --- What is theirs alone -------------------------------------------------------------------------


def test_even_whoever_may_write_decides_nothing_over_the_account(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    organization_id = ada.organization()
    bob = service.person()
    bob.accept(ada.invite(organization_id, bob))
    eve = acting(operator, ada, read_only=False)
    password = {"password": PASSWORD}
    sensitive: list[tuple[str, str, Any]] = [
        (
            "POST",
            "/v1/me/password",
            {"current_password": PASSWORD, "new_password": "a whole new sentence"},
        ),
        ("POST", "/v1/auth/reauthenticate", password),
        ("POST", "/v1/me/email", password | {"new_email": "eve@example.com"}),
        ("POST", "/v1/me/export", None),
        ("GET", f"/v1/me/export/{uuid4()}", None),
        ("DELETE", "/v1/me", password),
        ("DELETE", "/v1/me", {}),
        (
            "POST",
            f"/v1/organizations/{organization_id}/transfer-ownership",
            {"user_id": user_id(bob)},
        ),
        ("POST", path(bob), {"reason": "further"}),
        ("DELETE", path(bob), None),
    ]

    for method, where, body in sensitive:
        answer = eve.http.request(method, where, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), where

    ada.log_in()
    assert eve.http.patch("/v1/me", json={"display_name": "Ada"}).status_code == 200


def test_what_they_do_stands_in_the_organizations_audit_log(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    organization_id = ada.organization()
    eve = acting(operator, ada, read_only=False)
    renamed = eve.http.patch(f"/v1/organizations/{organization_id}", json={"name": "Renamed"})
    assert renamed.status_code == 200

    events = ada.http.get(
        f"/v1/organizations/{organization_id}/audit-events", params={"action": "org.updated"}
    ).json()["items"]

    assert [(one["actor_id"], one["impersonator_id"]) for one in events] == [
        (user_id(ada), user_id(operator))
    ]


# --- Who may --------------------------------------------------------------------------------------


def test_only_an_operator_with_two_factors_may(service: Service, operator: Person) -> None:
    ada, supporter, weak = service.person(), service.person(), service.person()
    service.cli("accounts", "users", "grant-role", supporter.email, "support")
    service.cli("accounts", "users", "grant-role", weak.email, "operator")
    strengthen(supporter)

    answers = [start(one, ada) for one in (ada, supporter, weak)]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (403, "permission_denied"),
        (403, "permission_denied"),
        (403, "second_factor_required"),
    ]
    for person in (operator, supporter, weak):
        refused = start(operator, person)
        assert (refused.status_code, refused.json()["code"]) == (403, "impersonation_refused")
    unknown = operator.http.post(f"/v1/admin/users/{uuid4()}/impersonation", json={"reason": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "user_not_found")
    assert start(operator, ada, reason=" ").status_code == 422


def test_an_operator_who_is_none_any_more_acts_as_nobody(service: Service, cli: Terminal) -> None:
    ada, fired = service.person(), service.person()
    cli("accounts", "users", "grant-role", fired.email, "operator")
    strengthen(fired)
    eve = acting(fired, ada)

    cli("accounts", "users", "grant-role", fired.email, "none")

    assert eve.http.get("/v1/me").json()["code"] == "session_revoked"
    assert start(fired, ada).status_code == 401


def test_at_a_terminal_an_operator_is_named(
    service: Service, operator: Person, cli: Terminal
) -> None:
    ada = service.person()
    command = ("accounts", "users", "impersonate", ada.email, "--reason", "Ticket 42")

    tokens = cli.json(*command, "--as", operator.email)
    writing = cli.json(*command, "--as", user_id(operator), "--write")
    refused = cli(*command, "--as", ada.email, expect=1)

    assert "impersonation_refused" in refused
    looks, changes = (holding(service, ada, one) for one in (tokens, writing))
    assert looks.http.patch("/v1/me", json={"locale": "de"}).status_code == 403
    assert changes.http.patch("/v1/me", json={"locale": "de"}).status_code == 200

    cli("accounts", "users", "stop-impersonation", ada.email, "--as", operator.email)

    assert looks.http.get("/v1/me").json()["code"] == "session_revoked"
    assert changes.http.get("/v1/me").json()["code"] == "session_revoked"
    assert ada.http.get("/v1/me").status_code == 200
