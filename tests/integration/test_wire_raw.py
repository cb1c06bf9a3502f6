"""What no polite client sends: bytes on a socket, and forms from no browser of ours."""

import json
import socket
import time
from contextlib import suppress
from typing import NamedTuple

import pytest

from tests.integration.service import PATIENCE, Service

BODY = b'{"email": "raw.nobody@example.org", "password": "not the password of anybody"}'
LOGIN = b"/v1/auth/login"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def request(
    target: bytes, method: bytes = b"GET", *headers: bytes, host: bytes = b"x", body: bytes = b""
) -> bytes:
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: " + host, b"Connection: close"]
    return b"\r\n".join([*lines, *headers, b"", body])


def posted(*headers: bytes, body: bytes = b"") -> bytes:
    return request(LOGIN, b"POST", b"Content-Type: application/json", *headers, body=body)


def answered(service: Service, raw: bytes) -> Answer:
    """Send bytes, read until the service hangs up."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        received = b""
        with suppress(ConnectionError):  # it has heard enough
            connection.sendall(raw)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                received += part
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


def assert_problem(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, answer
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["request_id"] == answer.headers["x-request-id"]


NO_HTTP = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no method of HTTP": request(b"/v1/me", b"FOO"),
    "CONNECT": request(b"x:80", b"CONNECT"),
    "a path of bytes": request(b"/v1/\xff\xfe"),
    "a query of bytes": request(b"/v1/me/organizations?limit=\xff"),
    "a header without end": request(b"/livez", b"GET", b"X-A: a\r\n b"),
    "a space behind a header's name": request(b"/livez", b"GET", b"X-A : a"),
    "NUL in a header": request(b"/livez", b"GET", b"X-A: a\x00b"),
    "lines without CR": b"GET /livez HTTP/1.1\nHost: x\n\n",
    "a negative length": posted(b"Content-Length: -1"),
    "a length of letters": posted(b"Content-Length: abc"),
    "a length beyond 64 bits": posted(b"Content-Length: 99999999999999999999999"),
    "two lengths": posted(b"Content-Length: 1", b"Content-Length: 2", body=b"ab"),
    "a length and chunks": posted(
        b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"
    ),
    "a chunk without a size": posted(b"Transfer-Encoding: chunked", body=b"zz\r\n\r\n"),
}


@pytest.mark.parametrize("what", NO_HTTP)
def test_what_is_no_http_is_a_problem_too(service: Service, what: str) -> None:
    assert_problem(answered(service, NO_HTTP[what]), 400)


def test_the_length_is_enough_to_refuse_a_body(service: Service) -> None:
    assert_problem(answered(service, posted(b"Content-Length: 2097152")), 413)
    waiting = posted(b"Expect: 100-continue", b"Content-Length: 2097152")
    assert_problem(answered(service, waiting), 413)


ENDLESS = {
    "a header": request(b"/livez", b"GET", b"X-A: " + b"a" * 2_000_000),
    "many headers": request(b"/livez", b"GET", *[b"X-A: a"] * 300_000),
    "a path": request(b"/v1/" + b"a" * 2_000_000),
    "a trailer": posted(
        b"Transfer-Encoding: chunked", body=b"1\r\n{\r\n0\r\nX-A: " + b"a" * 2_000_000
    ),
    "a chunk's extension": posted(
        b"Transfer-Encoding: chunked", body=b"1;" + b"a" * 2_000_000 + b"\r\n{\r\n"
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_headers_that_do_not_end_are_refused_before_they_fill_the_memory(
    service: Service, what: str
) -> None:
    assert_problem(answered(service, ENDLESS[what]), 400, 431)


@pytest.mark.parametrize(
    "host", [b"[", b"", b"\xff\xfe", b"a b", b"u:p@h:99999", b"h:abc", b"h/evil?x#", b"a" * 9000]
)
def test_no_host_breaks_anything_or_shows_in_an_answer(service: Service, host: bytes) -> None:
    length = b"Content-Length: %d" % len(BODY)
    json_type = b"Content-Type: application/json"

    unknown = answered(service, request(b"/nowhere", host=host))
    refused = answered(service, request(LOGIN, b"POST", json_type, length, host=host, body=BODY))
    page = answered(service, request(b"/verify-email?token=x", host=host))

    assert_problem(unknown, 404, 400)
    assert_problem(refused, 401, 400)
    assert page.status in {200, 400}
    if len(host) > 1:
        assert host not in unknown.body + refused.body + page.body


@pytest.mark.parametrize(
    "target",
    [b"//v1//me", b"/v1/../v1/me", b"/v1/me/", b"/v1/me%00", b"/v1/%zz", b"/v1/%C0%AF", b"*"],
)
def test_a_path_that_is_nearly_right_is_not_found(service: Service, target: bytes) -> None:
    assert_problem(answered(service, request(target)), 404)


def test_pipelined_requests_are_answered_in_their_order(service: Service) -> None:
    first = b"GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n"
    raw = first + b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" + request(b"/nowhere")

    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(raw)
        received = b""
        while part := connection.recv(65536):
            received += part

    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"401", b"200", b"404"]


def test_somebody_who_sends_half_a_body_keeps_nobody_waiting(service: Service) -> None:
    half = posted(b"Content-Length: 100", body=b'{"em')
    lingering = []
    for _ in range(50):
        connection = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)
        connection.sendall(half)
        lingering.append(connection)

    started = time.monotonic()
    with service.client() as client:
        assert client.get("/readyz").status_code == 200
    assert time.monotonic() - started < 10
    for connection in lingering:
        connection.close()


FORMS = ("/verify-email", "/reset-password", "/forgot-password", "/accept-invitation")


@pytest.mark.parametrize("path", FORMS)
def test_no_form_breaks_a_page(service: Service, path: str) -> None:
    urlencoded = "application/x-www-form-urlencoded"
    bodies = {
        (urlencoded, b""),
        (urlencoded, b"token=%00&email=%00&new_password=%00&invitation=%00"),
        (urlencoded, b"token=%ED%A0%80&email=%FF&new_password=%zz&invitation=%"),
        (urlencoded, b"token=" + b"x" * 100_000 + b"&email=" + b"y" * 100_000),
        (urlencoded, b"&".join(b"a%d=1" % number for number in range(1000))),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a" * 100_000),
        ("application/json", b'{"token": "x"}'),
        ("nonsense", b"\xff\xfe"),
    }
    with service.client() as client:
        for content_type, body in bodies:
            headers = {"content-type": content_type}
            answer = client.post(path, content=body, headers=headers)
            assert 400 <= answer.status_code < 500, (content_type, body[:60], answer.text)
        assert client.post(path, content=b" " * 2_000_000).status_code == 413
        for query in ("token=%00", "token=%FF", "token=<script>", "invitation=%00", "x=1"):
            assert client.get(f"{path}?{query}").status_code < 500
            assert "<script>" not in client.get(f"{path}?{query}").text


def test_a_path_that_leads_out_of_the_assets_is_not_found(
    service: Service, tmp_path: object
) -> None:
    for folder in (b"/docs/", b"/dev/mails/", b"/pages/"):
        for name in (b"../../secret_keys", b"..%2F..%2Fsecret_keys", b"%2Fetc%2Fpasswd", b"%00"):
            assert answered(service, request(folder + name)).status == 404


def test_a_cookie_of_nonsense_is_no_device(service: Service) -> None:
    cookies = (b"core_device=\xff\xfe", b"core_device=" + b"A" * 5000, b"=;;; =", b"core_device")
    with service.client() as client:
        for cookie in cookies:
            headers = [(b"cookie", cookie), (b"content-type", b"application/json")]
            answer = client.post("/v1/auth/login", content=BODY, headers=headers)
            assert answer.status_code in {401, 422}, cookie


def test_no_host_gets_into_a_mail(service: Service) -> None:
    bob = service.person()
    body = {"email": bob.email}
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    bob.http.post("/v1/auth/password/forgot", json=body, headers=forged).raise_for_status()

    service.mailed_token(bob.email, "/reset-password")
    mail = service.mails_to(bob.email)[-1]
    assert f"{service.url}/reset-password?token=" in mail
    assert "evil.example" not in mail
