"""Second factors, over the running service and PostgreSQL: the way through, and attacks on it."""

import base64
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.factories import PASSWORD
from tests.integration.phone import Phone
from tests.integration.service import Person, Service


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def sessions(service: Service, person: Person) -> int:
    with psycopg.connect(service.owner_url) as owner:
        row = owner.execute(
            "SELECT count(*) FROM accounts.sessions WHERE user_id = %s AND revoked_at IS NULL",
            [person.tokens["user"]["id"]],
        ).fetchone()
    assert row is not None
    return int(row[0])


def grow_stale(service: Service, person: Person) -> None:
    """Let the last proof be eleven minutes old."""
    with psycopg.connect(service.owner_url) as owner:
        owner.execute(
            "UPDATE accounts.sessions SET authenticated_at = authenticated_at - interval '11 min'"
            " WHERE user_id = %s",
            [person.tokens["user"]["id"]],
        )


@pytest.fixture
def ada(service: Service) -> Person:
    return service.person()


def test_an_app_is_set_up_and_asked_for_from_then_on(service: Service, ada: Person) -> None:
    elsewhere = Person(service, ada.email)
    elsewhere.log_in()
    assert ada.http.get("/v1/me/mfa").json() == {"totp": False, "recovery_codes_left": 0}

    phone = Phone(ada)

    assert len(base64.b32decode(phone.enrolment["secret"])) == 20
    assert phone.enrolment["otpauth_uri"].startswith("otpauth://totp/")
    assert len(phone.recovery_codes) == 10
    assert ada.http.get("/v1/me/mfa").json() == {"totp": True, "recovery_codes_left": 10}
    assert ada.http.get("/v1/me").json()["mfa_enabled"] is True
    assert code_of(elsewhere.http.get("/v1/me")) == (401, "session_revoked")
    challenge = phone.challenge()
    assert code_of(phone.complete(challenge, code=phone.wrong())) == (401, "mfa_invalid_code")
    assert code_of(phone.complete(challenge, code=phone.used)) == (401, "mfa_invalid_code")
    answer = phone.complete(challenge, code=phone.code(1))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == set(ada.tokens)
    again = phone.complete(challenge, code=phone.code(1))
    assert code_of(again) == (400, "token_invalid_or_expired")


def test_no_secret_of_an_app_is_readable_in_the_database_or_the_log(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)

    with psycopg.connect(service.owner_url) as owner:
        rows = owner.execute(
            "SELECT convert_from(secret_box, 'utf8') FROM accounts.totp_factors"
            " UNION ALL SELECT code_hash FROM accounts.recovery_codes"
            " UNION ALL SELECT args::text FROM jobs.procrastinate_jobs"
            " UNION ALL SELECT metadata::text FROM core.audit_events"
        ).fetchall()
        hashes = owner.execute("SELECT code_hash FROM accounts.recovery_codes").fetchall()
    assert {text.split("$")[1] for (text,) in hashes} == {"argon2id"}  # each with a salt of its own
    assert len(set(hashes)) == len(hashes)
    kept = " ".join(row[0] for row in rows) + service.log.read_text()
    for secret in (phone.enrolment["secret"], *phone.recovery_codes):
        assert secret not in kept
        assert secret.replace("-", "") not in kept


def test_of_twenty_clients_with_the_same_code_one_opens_a_session(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)
    challenges = [phone.challenge() for _ in range(20)]
    before = sessions(service, ada)
    code = phone.code(1)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda one: phone.complete(one, code=code), challenges))

    assert Counter(map(code_of_either, answers)) == {"200": 1, "mfa_invalid_code": 19}
    assert sessions(service, ada) == before + 1


def code_of_either(answer: httpx.Response) -> str:
    return "200" if answer.status_code == 200 else str(answer.json()["code"])


def test_of_twenty_clients_with_one_recovery_code_one_opens_a_session(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)
    challenges = [phone.challenge() for _ in range(20)]
    before = sessions(service, ada)
    code = phone.recovery_codes[9]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda one: phone.complete(one, recovery_code=code), challenges))

    assert Counter(map(code_of_either, answers)) == {"200": 1, "mfa_invalid_code": 19}
    assert sessions(service, ada) == before + 1


def test_one_challenge_opens_one_session_whatever_codes_come_at_once(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)
    challenge, before = phone.challenge(), sessions(service, ada)

    with ThreadPoolExecutor(10) as threads:
        answers = list(
            threads.map(
                lambda code: phone.complete(challenge, recovery_code=code), phone.recovery_codes
            )
        )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 9}
    assert sessions(service, ada) == before + 1


def test_a_code_confirms_once_however_many_send_it(ada: Person) -> None:
    phone = Phone(ada)
    assert ada.http.delete("/v1/me/mfa/totp").status_code == 204
    secret = ada.http.post("/v1/me/mfa/totp").json()["secret"]
    phone._totp.secret = secret  # noqa: SLF001 - the same app, another account

    with ThreadPoolExecutor(8) as threads:
        body = {"code": phone.code()}
        answers = list(
            threads.map(lambda _: ada.http.post("/v1/me/mfa/totp/confirm", json=body), range(8))
        )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert ada.http.get("/v1/me/mfa").json()["recovery_codes_left"] == 10


def test_a_recovery_code_lets_in_once_and_its_owner_hears_of_it(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)
    code = phone.recovery_codes[0]

    used = phone.complete(phone.challenge(), recovery_code=code.lower().replace("-", ""))
    again = phone.complete(phone.challenge(), recovery_code=code)

    assert used.status_code == 200, used.text
    assert code_of(again) == (401, "mfa_invalid_code")
    assert ada.http.get("/v1/me/mfa").json()["recovery_codes_left"] == 9
    service.wait_for_mail(ada.email, "recovery code")


def test_a_sensitive_change_wants_a_fresh_proof_and_a_code_is_one(
    service: Service, ada: Person
) -> None:
    phone = Phone(ada)
    grow_stale(service, ada)
    for method, path in (("DELETE", "/totp"), ("POST", "/recovery-codes"), ("POST", "/totp")):
        answer = ada.http.request(method, f"/v1/me/mfa{path}")
        assert code_of(answer) == (403, "reauthentication_required")

    for body in ({}, {"password": PASSWORD, "code": "123456"}):
        assert ada.http.post("/v1/auth/reauthenticate", json=body).status_code == 422
    wrong = ada.http.post("/v1/auth/reauthenticate", json={"code": phone.wrong()})
    right = ada.http.post("/v1/auth/reauthenticate", json={"code": phone.code(1)})

    assert code_of(wrong) == (401, "mfa_invalid_code")
    assert right.status_code == 200, right.text
    codes = ada.http.post("/v1/me/mfa/recovery-codes").json()["recovery_codes"]
    assert not {*codes} & {*phone.recovery_codes}
    assert ada.http.delete("/v1/me/mfa/totp").status_code == 204
    ada.log_in()
    assert code_of(ada.http.delete("/v1/me/mfa/totp")) == (409, "totp_not_enabled")


def test_an_organization_may_ask_its_members_for_two_factors(service: Service, ada: Person) -> None:
    bob = service.person()
    organization = ada.organization()
    bob.accept(ada.invite(organization, bob, "admin"))
    path = f"/v1/organizations/{organization}"
    for person in (ada, bob):
        refused = person.http.patch(path, json={"mfa_required": True})
        assert code_of(refused) == (403, "second_factor_required")

    Phone(ada)
    required = ada.http.patch(path, json={"mfa_required": True})

    assert (required.status_code, required.json()["mfa_required"]) == (200, True)
    assert ada.http.get(path).status_code == 200
    for answer in (
        bob.http.get(path),
        bob.http.get(f"{path}/members"),
        bob.http.patch(path, json={"mfa_required": False}),
        bob.http.post(f"{path}/leave"),
    ):
        assert code_of(answer) == (403, "second_factor_required")
    assert bob.http.get("/v1/me").status_code == 200
    assert bob.http.get("/v1/me/organizations").json()["items"][0]["mfa_required"] is True
    other = bob.organization()
    assert bob.http.get(f"/v1/organizations/{other}").status_code == 200
    stranger = service.person()
    assert code_of(stranger.http.get(path)) == (404, "organization_not_found")
    events = ada.http.get(f"{path}/audit-events", params={"action": "org.updated"}).json()
    assert events["items"][0]["metadata"] == {"fields": ["mfa_required"]}

    Phone(bob)
    assert bob.http.get(path).status_code == 200


def test_codes_are_not_guessed(tmp_path: Path) -> None:
    """With the limits that hold in production."""
    with Service(tmp_path, throttle_multiplier="1") as service:
        ada = service.person()
        phone = Phone(ada)
        challenge = phone.challenge()
        answers = [phone.complete(challenge, code=phone.wrong()) for _ in range(6)]

        assert [code_of(one) for one in answers[:5]] == [(401, "mfa_invalid_code")] * 5
        assert code_of(answers[5]) == (400, "token_invalid_or_expired")
        limited = phone.complete(phone.challenge(), code=phone.code(1))
        assert code_of(limited) == (429, "rate_limited")
        assert 0 < int(limited.headers["retry-after"]) <= 900
