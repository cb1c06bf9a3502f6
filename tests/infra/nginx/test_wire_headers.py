"""What the service is told of a request, and what clients are told with every answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import BALANCER, Edge
from tests.infra.nginx.upstream import Upstream

SECURITY = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}

SPOOFED = {
    "X-Forwarded-For": "203.0.113.6",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "203.0.113.6",
    "Forwarded": "for=203.0.113.6;proto=http",
    "X_Forwarded_For": "203.0.113.6",
}


@pytest.fixture(scope="module")
def edge(certificate: Certificate) -> Iterator[Edge]:
    with Upstream() as upstream, Edge(upstream.address, certificate, READ_TIMEOUT="1s") as started:
        yield started


def told(edge: Edge, **headers: str) -> dict[str, str]:
    """Return the headers that arrive behind NGINX."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer: dict[str, dict[str, str]] = edge.client().get("/v1/x", headers=names).json()
    return answer["headers"]


def test_what_a_client_says_of_itself_is_replaced_by_what_is_known(edge: Edge) -> None:
    arrived = edge.client().get("/v1/x", headers=SPOOFED).json()["headers"]

    about = {name: value for name, value in arrived.items() if "forward" in name or "real" in name}
    assert about == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "localhost",
    }


def test_a_trusted_balancer_says_who_the_client_is_and_the_client_does_not(edge: Edge) -> None:
    client = edge.balanced()

    for chain in ("203.0.113.6, 198.51.100.7", f"203.0.113.6, 198.51.100.7, {BALANCER}"):
        arrived = client.get("/v1/x", headers={"X-Forwarded-For": chain}).json()["headers"]
        assert arrived["x-forwarded-for"] == "198.51.100.7"


@pytest.mark.parametrize("given", ["abc-DEF_1.23", "a" * 64, "12345678"])
def test_a_sane_request_id_is_kept(edge: Edge, given: str) -> None:
    answer = edge.client().get("/v1/x", headers={"X-Request-ID": given})

    assert answer.json()["headers"]["x-request-id"] == given
    assert answer.headers.get_list("x-request-id") == [given]


@pytest.mark.parametrize("given", ["short", "a" * 65, 'bad id"{}', "12345678;", "ümlaute-lang", ""])
def test_any_other_is_replaced(edge: Edge, given: str) -> None:
    headers: Any = [("X-Request-ID", given.encode("latin-1"))]
    answer = edge.client().get("/v1/x", headers=headers)

    arrived = answer.json()["headers"]["x-request-id"]
    assert arrived != given
    assert len(arrived) == 32
    assert answer.headers["x-request-id"] == arrived


def test_a_request_id_that_is_given_twice_is_replaced(edge: Edge) -> None:
    twice = [("X-Request-ID", "abcdefgh"), ("X-Request-ID", "ijklmnop")]

    assert len(edge.client().get("/v1/x", headers=twice).headers["x-request-id"]) == 32


def test_a_tag_that_gzip_made_weak_is_strong_again_when_it_comes_back(edge: Edge) -> None:
    seen = edge.client().get("/v1/x", headers={"X-Behave": "large"})

    assert seen.headers["content-encoding"] == "gzip"
    assert seen.headers["etag"] == 'W/"v7"'
    assert told(edge, If_Match=seen.headers["etag"])["if-match"] == '"v7"'
    assert told(edge, If_Match='"v8"')["if-match"] == '"v8"'
    assert told(edge, If_Match="*")["if-match"] == "*"
    assert "if-match" not in told(edge)


def test_large_answers_are_squeezed_for_whoever_takes_it_and_pages_are_not(edge: Edge) -> None:
    client = edge.client(headers={"X-Behave": "large"})

    squeezed = client.get("/v1/x")
    assert squeezed.headers["content-encoding"] == "gzip"
    assert squeezed.headers["vary"] == "Accept-Encoding"
    plain = client.get("/v1/x", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    for path in ("/console/account", "/reset-password", "/v1/auth/token/refresh", "/v1/public/a/b"):
        assert "content-encoding" not in client.get(path).headers, path
    assert "content-encoding" in client.get("/openapi.json").headers
    assert "content-encoding" not in edge.client().get("/v1/x").headers  # too little to squeeze


@pytest.mark.parametrize(
    ("path", "behave", "status"),
    [
        ("/v1/x", "200", 200),
        ("/v1/x", "503", 503),
        ("/v1/x", "hang", 504),
        ("/v1/x", "close", 502),
        ("/metrics", "", 404),
        ("/v1/auth/login", "", 200),
        ("/console/sign-in", "429", 429),
    ],
)
def test_every_answer_carries_each_security_header_once(
    edge: Edge, path: str, behave: str, status: int
) -> None:
    answer = edge.client().get(path, headers={"X-Behave": behave})

    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in SECURITY} == {
        name: [value] for name, value in SECURITY.items()
    }
    assert len(answer.headers.get_list("x-request-id")) == 1


def test_an_answer_to_what_is_no_request_carries_them_too(edge: Edge) -> None:
    answer = edge.curl("--include", "--http1.1", "--request", "G(T", f"{edge.url}/v1/x").lower()

    assert answer.splitlines()[0].split()[1] == "400"
    assert all(f"{name}: {value}".lower() in answer for name, value in SECURITY.items())
