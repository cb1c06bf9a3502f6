"""Bad input on the wire: always a problem document with the right status, never a 5xx."""

import json
import socket
from typing import Any

import httpx
import pytest

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service

PROBLEM = "application/problem+json"
REGISTER = "/v1/auth/register"


@pytest.fixture(scope="module")
def ada(service: Service) -> Person:
    return service.person()


def assert_problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert code is None or problem["code"] == code
    return problem


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"\xff\xfe{}", 400),
        (b'{"email": "a@example.com"}', 422),
        (b'{"email": 5, "password": []}', 422),
        (b'{"email": "a@example.com", "password": "correct horse battery", "admin": true}', 422),
        (b'{"email": "\\ud800@example.com", "password": "correct horse battery"}', 422),
        (b'{"email": "a\\u0000@example.com", "password": "correct horse battery"}', 422),
        (b'{"email": "a@example.com", "password": "\\ud800 correct horse battery"}', 422),
        (b"[" * 10_000, 400),
    ],
    ids=range(13),
)
def test_a_body_that_makes_no_sense_is_a_problem(
    service: Service, body: bytes, status: int
) -> None:
    with service.client() as client:
        headers = {"content-type": "application/json"}
        assert_problem(client.post(REGISTER, content=body, headers=headers), status)


def test_every_wrong_field_is_pointed_at(service: Service) -> None:
    with service.client() as client:
        answer = client.post(REGISTER, json={"email": "nonsense", "password": 1, "locale": "xx"})

    problem = assert_problem(answer, 422, "validation_failed")
    assert {one["pointer"] for one in problem["errors"]} == {"#/email", "#/password", "#/locale"}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("x" * 11, "too_short"),
        ("ab" * 150 + "cdefg", "too_long"),
        ("password123456", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("ada.lovelace1", "context_word"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(
    service: Service, password: str, reason: str
) -> None:
    with service.client() as client:
        body = {"email": "ada.lovelace@example.com", "password": password}
        problem = assert_problem(client.post(REGISTER, json=body), 422, "weak_password")

    assert reason in problem["reasons"]


def test_a_password_of_ten_thousand_characters_is_refused(service: Service) -> None:
    with service.client() as client:
        for path in (REGISTER, "/v1/auth/login"):
            body = {"email": "a@example.com", "password": "x" * 10_000}
            assert_problem(client.post(path, json=body), 422)


@pytest.mark.parametrize("chunked", [False, True])
def test_two_mebibytes_are_too_large(service: Service, *, chunked: bool) -> None:
    content = b" " * (2 * 1024 * 1024)
    with service.client() as client:
        body = iter([content]) if chunked else content
        headers = {"content-type": "application/json"}
        assert_problem(client.post(REGISTER, content=body, headers=headers), 413)


def test_a_wrong_method_names_the_right_ones(ada: Person) -> None:
    answer = ada.http.put("/v1/me")

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/me/", "/v1/organizations/x/y/z", "/%00"])
def test_an_unknown_path_is_not_found(service: Service, path: str) -> None:
    with service.client() as client:
        assert_problem(client.get(path), 404)


def test_unknown_query_parameters_are_refused(ada: Person) -> None:
    problem = assert_problem(ada.http.get("/v1/me/organizations?page=2"), 400, "unknown_parameter")

    assert problem["errors"][0]["pointer"] == "/query/page"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=abc", "limit=1e400"])
def test_a_page_holds_1_to_100_items(ada: Person, query: str) -> None:
    assert_problem(ada.http.get(f"/v1/me/organizations?{query}"), 422, "validation_failed")


@pytest.mark.parametrize("cursor", ["x", "%00", "....", "A" * 22, "%F0%9F%92%A9"])
def test_a_cursor_that_is_not_ours_is_refused(ada: Person, cursor: str) -> None:
    answer = ada.http.get(f"/v1/me/organizations?cursor={cursor}")

    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert_problem(answer, 400, "invalid_cursor")


def test_ids_that_are_no_ids_are_problems(ada: Person) -> None:
    organization_id = ada.organization()

    assert_problem(ada.http.get("/v1/organizations/nonsense"), 404, "organization_not_found")
    members = f"/v1/organizations/{organization_id}/members"
    assert_problem(ada.http.delete(f"{members}/nonsense"), 422)
    assert_problem(ada.http.delete("/v1/me/sessions/nonsense"), 422)


STRINGS = ["\x00", "a\x00b", "\ud800", "line\nbreak", "\u202egnp.exe", "x" * 201, "", "   "]


@pytest.mark.parametrize("text", STRINGS, ids=[ascii(text[:9]) for text in STRINGS])
def test_names_are_one_clean_line(ada: Person, text: str) -> None:
    body = json.dumps({"name": text}).encode()
    headers = {"content-type": "application/json"}

    answer = ada.http.post("/v1/organizations", content=body, headers=headers)

    assert_problem(answer, 422, "validation_failed")
    body = json.dumps({"display_name": text}).encode()
    assert_problem(ada.http.patch("/v1/me", content=body, headers=headers), 422)


def test_hostile_query_values_are_no_crash(ada: Person) -> None:
    organization_id = ada.organization()
    for value in ("%00", "%ED%A0%80", "%FF", "'; DROP TABLE users; --", "x" * 5000):
        path = f"/v1/organizations/{organization_id}/audit-events?action={value}"
        assert ada.http.get(path).status_code in {200, 422}


def test_a_sane_request_id_is_echoed_and_any_other_replaced(service: Service) -> None:
    with service.client() as client:
        kept = client.get("/livez", headers={"x-request-id": "abcdefgh-1234"})
        other = client.get("/livez", headers={"x-request-id": "bad id<script>"})

    assert kept.headers["x-request-id"] == "abcdefgh-1234"
    assert other.headers["x-request-id"] != "bad id<script>"


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nUser-Agent: \xf0\x9f\x92\xa9\x01\r\n\r\n",
    ],
    ids=range(4),
)
def test_headers_that_are_no_text_are_refused(service: Service, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(raw)
        answer = connection.recv(4096)

    assert answer.split(b" ", 2)[1] in {b"400", b"401"}


def test_answers_carry_what_browsers_must_know(service: Service) -> None:
    with service.client() as client:
        for path in ("/livez", "/nowhere", "/docs", "/verify-email", "/v1/me"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in headers["content-security-policy"]


def test_the_docs_name_no_other_origin(service: Service) -> None:
    with service.client() as client:
        page = client.get("/docs").text
        scripts = client.get("/docs/start.js").text

    assert "//" not in page.replace("<!doctype", "")
    assert "http" not in scripts


def test_somebody_known_and_somebody_unknown_get_the_same_answers(
    service: Service, ada: Person
) -> None:
    with service.client() as client:
        for path in ("/v1/auth/verify-email/resend", "/v1/auth/password/forgot", REGISTER):
            bodies = [{"email": address} for address in (ada.email, "nobody@example.org")]
            if path == REGISTER:
                bodies = [body | {"password": PASSWORD} for body in bodies]
            known, unknown = (client.post(path, json=body) for body in bodies)
            assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
