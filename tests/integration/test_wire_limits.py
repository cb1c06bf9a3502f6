"""How often is too often, for whom, and that nobody can use it to lock somebody else out."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.accounts.api_keys import keys
from tests.factories import PASSWORD
from tests.integration.service import Person, Service

WRONG = "not the password of anybody"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the limits people meet, behind a proxy that says where they come from."""
    folder = tmp_path_factory.mktemp("strict")
    with Service(folder, throttle_multiplier="1", trusted_proxies="127.0.0.1") as started:
        yield started


class From:
    """Somebody at an address, as the proxy tells it."""

    def __init__(self, service: Service, forwarded: str) -> None:
        self.http = service.client(headers={"X-Forwarded-For": forwarded})

    def log_in(self, email: str, password: str, **more: Any) -> httpx.Response:
        body = {"email": email, "password": password} | more
        return self.http.post("/v1/auth/login", json=body)

    def fail(self, email: str, times: int) -> list[int]:
        return [self.log_in(email, WRONG).status_code for _ in range(times)]


def somebody(service: Service, forwarded: str) -> Person:
    person = Person(service, f"{uuid4().hex}@example.com")
    person.http.headers["X-Forwarded-For"] = forwarded
    person.register()
    person.verify()
    person.log_in()
    return person


def assert_limited(answer: httpx.Response, most: int) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert answer.headers["content-type"] == "application/problem+json"
    assert 0 < int(answer.headers["retry-after"]) <= most
    policy = re.compile(r'("\w+";q=\d+;w=\d+)(, "\w+";q=\d+;w=\d+)*')
    assert policy.fullmatch(answer.headers["ratelimit-policy"])
    state = re.compile(r'("\w+";r=0;t=\d+)(, "\w+";r=0;t=\d+)*')
    assert state.fullmatch(answer.headers["ratelimit"])


def test_ten_wrong_passwords_close_the_attackers_network_and_no_other(strict: Service) -> None:
    victim = somebody(strict, "192.0.2.1")
    attacker = From(strict, "198.51.100.1")

    assert attacker.fail(victim.email, 10) == [401] * 10
    assert_limited(attacker.log_in(victim.email, WRONG), 900)
    neighbour = From(strict, "198.51.100.200")
    assert_limited(neighbour.log_in(victim.email, PASSWORD), 900)

    assert From(strict, "203.0.113.1").log_in(victim.email, PASSWORD).status_code == 200
    assert attacker.fail(f"{uuid4().hex}@example.com", 1) == [401]


def test_a_device_that_signed_in_before_gets_in_whatever_happens_around_it(strict: Service) -> None:
    victim = somebody(strict, "192.0.2.2")
    device = victim.tokens["device_token"]
    at_home = From(strict, "192.0.2.2")
    assert at_home.fail(victim.email, 12)[-1] == 429

    assert_limited(at_home.log_in(victim.email, PASSWORD), 900)
    assert at_home.log_in(victim.email, PASSWORD, device_token=device).status_code == 200
    victim.log_in()  # its client has the cookie


def test_a_device_is_known_for_its_own_person_alone(strict: Service) -> None:
    victim, attacker = somebody(strict, "192.0.2.3"), somebody(strict, "192.0.2.99")
    network = From(strict, "198.51.101.1")
    assert network.fail(victim.email, 11)[-1] == 429

    foreign = network.log_in(victim.email, PASSWORD, device_token=attacker.tokens["device_token"])

    assert_limited(foreign, 900)


def test_whoever_stole_a_device_guesses_no_faster(strict: Service) -> None:
    victim = somebody(strict, "192.0.2.4")
    device = victim.tokens["device_token"]
    for number in range(10):
        thief = From(strict, f"198.51.{110 + number}.1")
        assert thief.log_in(victim.email, WRONG, device_token=device).status_code == 401

    last = From(strict, "198.51.130.1").log_in(victim.email, WRONG, device_token=device)

    assert_limited(last, 900)


def test_the_right_password_counts_towards_nothing(strict: Service) -> None:
    bob = somebody(strict, "192.0.2.5")
    elsewhere = From(strict, "198.51.102.1")

    answers = [elsewhere.log_in(bob.email, PASSWORD).status_code for _ in range(12)]

    assert answers == [200] * 12


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        ("10.9.8.{}, 198.51.103.1", "198.51.103.1"),
        ("10.9.8.{}, 198.51.104.1, 127.0.0.1", "198.51.104.1"),
        ("2001:db8:1:{}::1", "2001:db8:1:ff::1"),
    ],
    ids=["behind what the client claims", "behind two proxies", "a /56 of IPv6"],
)
def test_the_hop_that_a_trusted_proxy_saw_is_what_counts(
    strict: Service, forwarded: str, counted: str
) -> None:
    email = f"{uuid4().hex}@example.com"
    for number in range(10):
        assert From(strict, forwarded.format(number)).fail(email, 1) == [401]

    assert_limited(From(strict, counted).log_in(email, WRONG), 900)


@pytest.mark.parametrize("forwarded", ["nonsense", "", "[::::", "%00", ", ,", "1.2.3.4:99"])
def test_a_proxy_that_talks_nonsense_breaks_nothing(strict: Service, forwarded: str) -> None:
    assert From(strict, forwarded).fail(f"{uuid4().hex}@example.com", 1) == [401]


def test_ten_registrations_an_hour_come_from_an_address(strict: Service) -> None:
    crowd = From(strict, "198.51.105.1")
    bodies = [{"email": f"{uuid4().hex}@example.com", "password": PASSWORD} for _ in range(11)]

    *answers, last = [crowd.http.post("/v1/auth/register", json=body) for body in bodies]

    assert {answer.status_code for answer in answers} == {202}
    assert_limited(last, 3600)
    other = From(strict, "198.51.105.2").http.post("/v1/auth/register", json=bodies[-1])
    assert other.status_code == 202


def test_a_session_refreshes_sixty_times_in_five_minutes(strict: Service) -> None:
    bob = somebody(strict, "192.0.2.6")

    for _ in range(60):
        body = {"refresh_token": bob.tokens["refresh_token"]}
        answer = bob.http.post("/v1/auth/token/refresh", json=body)
        assert answer.status_code == 200
        bob.tokens = answer.json()

    body = {"refresh_token": bob.tokens["refresh_token"]}
    assert_limited(bob.http.post("/v1/auth/token/refresh", json=body), 300)


def test_ten_wrong_passwords_close_what_asks_for_it_again(strict: Service) -> None:
    bob = somebody(strict, "192.0.2.7")
    wrong = {"password": WRONG}

    answers = [bob.http.post("/v1/auth/reauthenticate", json=wrong) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert_limited(answers[-1], 900)
    change = {"current_password": PASSWORD, "new_password": "another horse battery staple"}
    assert_limited(bob.http.post("/v1/me/password", json=change), 900)


def test_a_mailbox_gets_one_mail_a_minute_and_nobody_is_told(strict: Service) -> None:
    bob = somebody(strict, "192.0.2.8")
    body = {"email": bob.email}

    answers = [bob.http.post("/v1/auth/password/forgot", json=body) for _ in range(4)]

    assert {(one.status_code, one.content) for one in answers} == {(202, b'{"status":"accepted"}')}
    strict.mailed_token(bob.email, "/reset-password")
    assert len(strict.mailed_tokens(bob.email, "/reset-password")) == 1


def test_an_organization_sends_fifty_invitations_an_hour(strict: Service) -> None:
    bob = somebody(strict, "192.0.2.9")
    path = f"/v1/organizations/{bob.organization()}/invitations"
    bodies = [{"email": f"{uuid4().hex}@example.com"} for _ in range(51)]

    *answers, last = [bob.http.post(path, json=body) for body in bodies]

    assert {answer.status_code for answer in answers} == {201}
    assert_limited(last, 3600)


def test_a_flood_of_wrong_api_keys_is_stopped_and_a_right_one_works(strict: Service) -> None:
    ada = somebody(strict, "192.0.2.77")
    at = f"/v1/organizations/{ada.organization()}"
    body = {"name": "deploy", "scopes": ["members:read"]}
    key = ada.http.post(f"{at}/api-keys", json=body).json()["key"]
    wrong, flooding = keys.make(uuid4()), From(strict, "198.51.100.88").http

    def ask(text: str) -> httpx.Response:
        return flooding.get(f"{at}/members", headers={"Authorization": f"Bearer {text}"})

    assert [ask(wrong).status_code for _ in range(300)] == [401] * 300
    assert_limited(ask(wrong), 300)
    assert ask(key).status_code == 200
    assert ask("cak_mistyped").status_code == 401
