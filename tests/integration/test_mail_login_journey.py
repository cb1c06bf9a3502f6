"""Signing in by mail, over the running service and PostgreSQL."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.factories import PASSWORD
from tests.integration.phone import Phone
from tests.integration.service import Person, Service


def ask(person: Person) -> str:
    answer = person.http.post("/v1/auth/mail-login", json={"email": person.email})
    assert answer.status_code == 202, answer.text
    assert list(answer.json()) == ["challenge_token"]
    return str(answer.json()["challenge_token"])


def mailed(service: Service, person: Person, *, after: int = 0) -> tuple[str, str]:
    """Return the token and the code of the newest mail."""
    token = service.mailed_token(person.email, "/mail-login", after=after)
    [text] = [one for one in service.mails_to(person.email) if token in one]
    [code] = re.findall(r": ([0-9]{6})\s*$", text, re.MULTILINE)
    return token, code


def verify(person: Person, **fields: Any) -> httpx.Response:
    return person.http.post("/v1/auth/mail-login/verify", json=fields)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.fixture
def ada(service: Service) -> Person:
    return service.person()


def test_a_mail_signs_in_by_its_link_or_its_code(service: Service, ada: Person) -> None:
    challenge = ask(ada)
    token, code = mailed(service, ada)

    refused = verify(ada, challenge_token=challenge, code=wrong(code))
    by_code = verify(ada, challenge_token=challenge, code=code)
    by_link = verify(ada, token=token)

    assert (refused.status_code, refused.json()["code"]) == (401, "login_code_invalid")
    assert by_code.status_code == 200, by_code.text
    assert by_code.json().keys() == ada.tokens.keys()
    assert by_code.headers["cache-control"] == "no-store"
    assert by_link.json()["code"] == "token_invalid_or_expired"
    ask(ada)
    newer, _ = mailed(service, ada, after=1)
    assert verify(ada, token=newer).status_code == 200


def test_a_link_that_is_looked_at_is_not_used_up(service: Service, ada: Person) -> None:
    ask(ada)
    token, _ = mailed(service, ada)

    pages = [ada.http.get("/mail-login", params={"token": token}) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert ada.http.head("/mail-login", params={"token": token}).status_code == 200
    assert verify(ada, token=token).status_code == 200


def test_neither_the_queue_nor_a_table_holds_what_was_mailed(service: Service, ada: Person) -> None:
    challenge = ask(ada)
    token, code = mailed(service, ada)

    with psycopg.connect(service.owner_url) as owner:
        rows = owner.execute(
            "SELECT args::text FROM jobs.procrastinate_jobs WHERE args::text LIKE %s"
            " UNION ALL SELECT t::text FROM accounts.one_time_tokens AS t JOIN accounts.users AS u"
            " ON u.id = t.user_id WHERE u.email = %s",
            [f"%{ada.email}%", ada.email],
        ).fetchall()
    kept = " ".join(row[0] for row in rows)
    assert "mail_login" in kept
    for secret in (token, challenge):
        assert secret not in kept
        assert secret not in service.log.read_text()
    assert code not in re.findall(r"[0-9]+", kept)


def test_no_answer_tells_who_has_an_account(service: Service, ada: Person) -> None:
    suspended = service.person()
    service.cli("accounts", "users", "suspend", suspended.email, "--yes")
    unknown = Person(service, f"{uuid4().hex}@example.com")
    ways = []
    for person in (ada, suspended, unknown):
        challenge = ask(person)
        code = wrong(mailed(service, person)[1]) if person is ada else "000000"
        answers = [verify(person, challenge_token=challenge, code=code) for _ in range(6)]
        ways.append([one.json()["code"] for one in answers] + [str(len(challenge))])

    assert ways[0] == ways[1] == ways[2]
    assert ways[0][:6] == ["login_code_invalid"] * 5 + ["token_invalid_or_expired"]
    assert not service.mailed_tokens(suspended.email, "/mail-login")


def test_of_many_at_once_one_gets_in(service: Service, ada: Person) -> None:
    challenge = ask(ada)
    token, code = mailed(service, ada)
    ways = [{"token": token}, {"challenge_token": challenge, "code": code}] * 5

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda fields: verify(ada, **fields), ways))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 9}


def test_who_has_a_second_factor_is_asked_for_it(service: Service, ada: Person) -> None:
    phone = Phone(ada)
    ask(ada)
    token, _ = mailed(service, ada)

    asked = verify(ada, token=token)
    done = phone.complete(asked.json()["challenge_token"], code=phone.code(1))

    assert (asked.status_code, asked.json()["code"]) == (401, "mfa_required")
    assert asked.json()["methods"] == ["totp", "recovery_code"]
    assert done.status_code == 200, done.text


def test_who_opened_an_account_with_somebody_elses_address_is_put_out(service: Service) -> None:
    eve = service.person(verified=False)
    verification = service.mailed_token(eve.email, "/verify-email")
    owner = Person(service, eve.email)
    ask(owner)
    token, _ = mailed(service, owner)

    entered = verify(owner, token=token)

    assert entered.status_code == 200, entered.text
    assert entered.json()["user"]["email_verified"] is True
    login = eve.http.post("/v1/auth/login", json={"email": eve.email, "password": PASSWORD})
    assert (login.status_code, login.json()["code"]) == (401, "invalid_credentials")
    late = eve.http.post("/v1/auth/verify-email", json={"token": verification})
    assert late.status_code == 400
    with psycopg.connect(service.owner_url) as database:
        found = database.execute(
            "SELECT action FROM core.audit_events WHERE target_id = %s ORDER BY id",
            [entered.json()["user"]["id"]],
        ).fetchall()
    assert ("user.unverified_claimed",) in found


def test_an_address_that_is_proven_in_two_ways_at_once_is_proven(service: Service) -> None:
    for _ in range(5):
        bob = Person(service, f"{uuid4().hex}@example.com")
        bob.register()
        verification = service.mailed_token(bob.email, "/verify-email")
        ask(bob)
        token, _ = mailed(service, bob)

        with ThreadPoolExecutor(2) as threads:
            entered = threads.submit(verify, bob, token=token)
            verified = threads.submit(
                bob.http.post, "/v1/auth/verify-email", json={"token": verification}
            )

        assert entered.result().status_code == 200, entered.result().text
        assert verified.result().status_code in {204, 400}, verified.result().text
