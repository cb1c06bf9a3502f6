"""The operator's plane on the wire: for operators with two factors, and for nobody else."""

from uuid import uuid4

import httpx
import pytest

from tests.integration.phone import Phone
from tests.integration.service import Person, Service


@pytest.fixture(scope="module")
def operator(service: Service) -> Person:
    person = service.person()
    service.cli("accounts", "users", "grant-role", person.email, "operator")
    Phone(person)
    return person


def test_an_operator_needs_two_factors(service: Service) -> None:
    person = service.person()
    service.cli("accounts", "users", "grant-role", person.email, "operator")

    assert person.http.get("/v1/admin/users").json()["code"] == "second_factor_required"
    Phone(person)
    assert person.http.get("/v1/admin/users").status_code == 200
    service.cli("accounts", "users", "grant-role", person.email, "none")
    assert person.http.get("/v1/admin/users").status_code in {401, 403}


def test_nothing_of_it_is_for_anybody_else(service: Service, operator: Person) -> None:
    stranger, supporter = service.person(), service.person()
    service.cli("accounts", "users", "grant-role", supporter.email, "support")
    for person in (stranger, supporter):
        Phone(person)
    paths = service.client().get("/openapi.json").json()["paths"]
    operations = [
        (method.upper(), path, operation)
        for path, operations in paths.items()
        if path.startswith("/v1/admin/")
        for method, operation in operations.items()
    ]
    assert len(operations) > 20

    for method, path, operation in operations:
        named = path
        for parameter in operation.get("parameters", []):
            named = named.replace("{" + parameter["name"] + "}", str(uuid4()))
        body: dict[str, str] | None = {} if "requestBody" in operation else None
        for http, allowed in ((service.client(), {401}), (stranger.http, {403, 422})):
            assert http.request(method, named, json=body).status_code in allowed, path
        if method != "GET":
            answer = supporter.http.request(method, named, json=body)
            assert answer.status_code in {403, 422}, path


def test_an_operator_looks_after_people(service: Service, operator: Person) -> None:
    ada, http = service.person(), operator.http
    at = f"/v1/admin/users/{ada.tokens['user']['id']}"

    found = http.get(f"/v1/admin/users?email={ada.email}").json()["items"]
    assert [one["email"] for one in found] == [ada.email]
    assert http.get(at).json()["status"] == "active"
    sessions = http.get(f"{at}/sessions").json()["items"]
    assert [one["id"] for one in sessions] == [ada.tokens["session_id"]]
    assert http.delete(f"/v1/admin/sessions/{sessions[0]['id']}").status_code == 204
    assert ada.http.get("/v1/me").status_code == 401
    ada.log_in()
    assert http.post(f"{at}/suspend").json()["status"] == "suspended"
    assert ada.http.get("/v1/me").status_code == 401
    assert http.post(f"{at}/reactivate").json()["status"] == "active"
    reset = http.post(f"{at}/password-reset")
    assert reset.json()["email"] == ada.email
    assert "token=" not in reset.text
    assert http.post(f"{at}/mfa-reset").json()["code"] == "totp_not_enabled"
    assert http.put(f"{at}/platform-role", json={"platform_role": "support"}).status_code == 200
    assert http.delete(at).status_code == 202
    assert http.post(f"{at}/suspend").json()["code"] == "account_pending_deletion"
    assert http.post(f"{at}/restore").json()["status"] == "active"
    missing = http.get(f"/v1/admin/users/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "user_not_found")


def test_an_operator_opens_accounts_and_organizations(service: Service, operator: Person) -> None:
    email, slug = f"{uuid4().hex}@example.com", uuid4().hex
    made = operator.http.post("/v1/admin/users", json={"email": email})
    assert made.status_code == 201
    again = operator.http.post("/v1/admin/users", json={"email": email})
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")
    body = {"name": "Engines", "slug": slug, "owner_id": made.json()["user"]["id"]}

    founded = operator.http.post("/v1/admin/organizations", json=body)

    assert founded.status_code == 201, founded.text
    shown = operator.http.get(f"/v1/admin/organizations/{founded.json()['id']}")
    assert shown.json()["slug"] == slug
    listed = operator.http.get("/v1/admin/organizations?limit=100").json()["items"]
    assert slug in {one["slug"] for one in listed}


def test_what_an_operator_does_is_in_the_audit_log_of_the_platform(
    service: Service, operator: Person
) -> None:
    ada = service.person()
    operator.http.post(f"/v1/admin/users/{ada.tokens['user']['id']}/suspend")

    rows = operator.http.get("/v1/admin/audit-events?action=user.suspended").json()["items"]

    assert rows[0]["target_id"] == ada.tokens["user"]["id"]
    assert rows[0]["actor_id"] == operator.tokens["user"]["id"]


def test_signing_keys_are_rotated_and_no_request_fails(service: Service, operator: Person) -> None:
    def asked(http: httpx.Client) -> int:
        return http.get("/v1/me").status_code

    early = operator.http.post("/v1/admin/signing-keys/rotate", json={})
    assert (early.status_code, early.json()["code"]) == (409, "rotation_too_early")
    before = {one["kid"] for one in operator.http.get("/v1/admin/signing-keys").json()["items"]}

    rotated = operator.http.post("/v1/admin/signing-keys/rotate", json={"force": True})

    assert rotated.status_code == 200
    after = {one["kid"]: one["state"] for one in rotated.json()["items"]}
    assert set(after.values()) == {"current", "next", "previous"}
    assert len(after.keys() - before) == 1
    assert asked(operator.http) == 200
    new = service.person()
    assert asked(new.http) == 200
