"""Whose word counts for where a request comes from: nobody's, but a proxy's that is trusted."""

import http.client
import time
from pathlib import Path
from uuid import uuid4

import httpx

from tests.factories import PASSWORD
from tests.integration.service import Service


def registrations(service: Service, count: int) -> list[httpx.Response]:
    """Register from ever other addresses, as far as a header is believed."""
    with service.client() as client:
        return [
            client.post(
                "/v1/auth/register",
                json={"email": f"{uuid4().hex}@example.com", "password": PASSWORD},
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
            for number in range(1, count + 1)
        ]


def test_a_spoofed_address_gets_around_no_limit(tmp_path: Path) -> None:
    with Service(tmp_path, throttle_multiplier="1") as service:
        answers = registrations(service, 11)

    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600


def test_a_trusted_proxy_is_believed(tmp_path: Path) -> None:
    with Service(tmp_path, throttle_multiplier="1", trusted_proxies="127.0.0.1") as service:
        answers = registrations(service, 11)

    assert [answer.status_code for answer in answers] == [202] * 11


def test_a_connection_that_a_proxy_keeps_is_not_closed_under_it(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        for pause in (0, 7):  # the server underneath would hang up after five seconds
            time.sleep(pause)
            connection.request("GET", "/livez")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            assert connection.sock is not None
            connection.auto_open = 0  # or it would be opened anew without a word
    finally:
        connection.close()
