"""The real service behind NGINX: what people, browsers, Stripe and tus clients notice of it."""

import gzip
import json
from base64 import b64encode
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
from stripe import WebhookSignature

from tests.factories import PASSWORD
from tests.infra.nginx.conftest import WEBHOOK_SECRET
from tests.infra.nginx.edge import Edge
from tests.integration.service import Person, Service

TUS = {"Tus-Resumable": "1.0.0"}
NOTES = {"key": "notes", "title": "Notes", "fields": [{"key": "text", "type": "text"}]}
LARGE = "x" * 4000
NOBODY = {"id": "cus_nobody", "object": "customer"}

ANSWERS = {
    "/": 200, "/docs": 200, "/openapi.json": 200, "/pages/style.css": 200, "/forgot-password": 200,
    "/console/sign-in": 200, "/console": 303, "/v1/me": 401, "/v1/nothing": 404, "/nothing": 404,
    "/livez": 200, "/readyz": 200, "/.well-known/jwks.json": 200, "/v1/billing/plans": 200,
}  # fmt: skip
ONCE = [
    *("content-security-policy", "strict-transport-security", "x-content-type-options"),
    *("x-frame-options", "referrer-policy", "cross-origin-resource-policy", "cache-control"),
    *("content-type", "vary"),
]


@pytest.fixture(scope="module")
def person(fronted: tuple[Service, Edge]) -> Person:
    """Somebody who signed up directly, and comes through NGINX from then on."""
    service, edge = fronted
    person = service.person()
    own = person.http.headers
    person.http = edge.client(headers={"Authorization": own["Authorization"]})
    return person


@pytest.fixture(scope="module")
def records(person: Person) -> str:
    organization = f"/v1/organizations/{person.organization()}"
    made = person.http.post(f"{organization}/collections", json=NOTES)
    assert made.status_code == 201, made.text
    return f"{organization}/collections/notes/records"


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_says_through_nginx_what_it_says_without(
    fronted: tuple[Service, Edge], path: str
) -> None:
    service, edge = fronted
    plain = {"Accept-Encoding": "identity"}

    direct = service.client().get(path, headers=plain)
    behind = edge.client().get(path, headers=plain)
    assert (direct.status_code, behind.status_code) == (ANSWERS[path], ANSWERS[path])
    for name in ONCE:
        # What could have been squeezed says so, also where it was not.
        told = [one for one in behind.headers.get_list(name) if one != "Accept-Encoding"]
        assert told == direct.headers.get_list(name), name
    assert len(behind.headers.get_list("x-request-id")) == 1


def test_somebody_signs_in_from_where_they_are_and_not_from_where_they_say(
    fronted: tuple[Service, Edge],
) -> None:
    service, edge = fronted
    known = service.person()
    body = {"email": known.email, "password": PASSWORD}

    def seen(client: httpx.Client, **headers: str) -> str:
        """Sign in; return the address that the service notes with the session."""
        answer = client.post("/v1/auth/login", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        sessions = client.get("/v1/me/sessions", headers=bearer).json()["items"]
        [current] = [one["ip"] for one in sessions if one["current"]]
        return str(current)

    spoofed = {"X-Forwarded-For": "203.0.113.6", "Forwarded": "for=203.0.113.6"}
    assert seen(edge.client(), **spoofed) == "127.0.0.1"
    assert (
        seen(edge.balanced(), **{"X-Forwarded-For": "203.0.113.6, 198.51.100.7"}) == "198.51.100.7"
    )


def test_cookies_are_for_https_alone(fronted: tuple[Service, Edge]) -> None:
    _, edge = fronted

    cookie = edge.client().get("/console/sign-in").headers["set-cookie"]
    assert "Secure" in cookie
    assert cookie.startswith("__Host-")


def test_a_record_that_was_squeezed_can_be_changed_with_its_tag(
    person: Person, records: str
) -> None:
    made = person.http.post(records, json={"text": LARGE}).json()
    seen = person.http.get(f"{records}/{made['id']}")
    assert seen.headers["content-encoding"] == "gzip"
    tag = seen.headers["etag"]
    assert tag == 'W/"v1"'

    same = person.http.get(f"{records}/{made['id']}", headers={"If-None-Match": tag})
    assert same.status_code == 304
    changed = person.http.patch(
        f"{records}/{made['id']}", json={"text": "short"}, headers={"If-Match": tag}
    )
    assert changed.status_code == 200, changed.text
    late = person.http.patch(
        f"{records}/{made['id']}", json={"text": "late"}, headers={"If-Match": tag}
    )
    assert late.status_code == 412


def test_changes_of_records_are_heard_as_they_happen(person: Person, records: str) -> None:
    heard = list[str]()

    def listen() -> None:
        with person.http.stream("GET", f"{records}/stream") as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    heard.append(json.loads(line.removeprefix("data: "))["id"])
                    return

    listening = Thread(target=listen)
    listening.start()
    made = list[str]()
    while listening.is_alive() and len(made) < 60:
        made.append(person.http.post(records, json={"text": "new"}).json()["id"])
        listening.join(1)
    listening.join(60)
    assert heard
    assert heard[0] in made


def test_a_file_of_many_mebibytes_goes_through_by_tus_and_comes_back(person: Person) -> None:
    data = bytes(range(256)) * 12 * 1024
    at = f"/v1/organizations/{person.organization()}/storage"
    assert person.http.post(f"{at}/buckets", json={"name": "docs"}).status_code == 201
    pairs = (
        f"{k} {b64encode(v).decode()}" for k, v in [("bucket", b"docs"), ("filename", b"a.bin")]
    )
    opened = person.http.post(
        f"{at}/tus",
        headers=TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": ",".join(pairs)},
    )
    assert opened.status_code == 201, opened.text

    pieces = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    sent = person.http.patch(opened.headers["location"], headers=pieces, content=data)
    assert sent.status_code == 204, sent.text
    assert sent.headers["upload-offset"] == str(len(data))
    [stored] = person.http.get(f"{at}/objects").json()["items"]
    content = person.http.get(f"{at}/objects/{stored['id']}/content")
    assert content.content == data
    part = person.http.get(
        f"{at}/objects/{stored['id']}/content", headers={"Range": "bytes=256-511"}
    )
    assert (part.status_code, part.content) == (206, bytes(range(256)))


def test_what_stripe_signed_arrives_byte_for_byte(fronted: tuple[Service, Edge]) -> None:
    _, edge = fronted
    event = {"id": f"evt_{uuid4().hex}", "object": "event", "type": "customer.updated"}
    about = {"created": 1_700_000_000, "livemode": False, "data": {"object": NOBODY}}
    body = json.dumps(event | about, indent=3)
    signed = WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)

    def sent(data: str) -> httpx.Response:
        headers = {"Stripe-Signature": signed}
        return edge.client().post("/v1/billing/webhooks/stripe", content=data, headers=headers)

    assert sent(body).json() == {"received": True, "duplicate": False}
    assert sent(f"{body} ").json()["code"] == "invalid_signature"
    assert sent("x" * (600 << 10)).json()["code"] == "content_too_large"


def test_what_is_squeezed_is_what_is_not(fronted: tuple[Service, Edge]) -> None:
    _, edge = fronted

    with edge.client().stream("GET", "/openapi.json") as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    plain = edge.client().get("/openapi.json", headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 4


def test_a_page_of_another_origin_may_ask(fronted: tuple[Service, Edge]) -> None:
    _, edge = fronted
    origin = {"Origin": "https://app.example.com"}

    asked = origin | {"Access-Control-Request-Method": "GET"}
    preflight = edge.client().options("/v1/me", headers=asked)
    assert preflight.headers.get_list("access-control-allow-origin") == [origin["Origin"]]
    answer: Any = edge.client().get("/v1/me", headers=origin)
    assert answer.headers.get_list("access-control-allow-origin") == [origin["Origin"]]
    refused = edge.client().post("/v1/organizations", headers=origin, content=b"x" * (2 << 20))
    assert refused.status_code == 413
    assert refused.headers.get_list("access-control-allow-origin") == [origin["Origin"]]


def test_a_service_that_is_gone_is_a_problem_and_is_found_again(
    fronted: tuple[Service, Edge],
) -> None:
    service, edge = fronted
    service.stop()
    try:
        answer = edge.client().get("/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (502, "bad_gateway")
    finally:
        service.start()
    assert edge.client().get("/v1/me").status_code == 401
