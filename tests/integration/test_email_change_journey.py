"""A new address on the wire: the way it goes, and how somebody might cheat."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from tests.factories import PASSWORD
from tests.integration.service import Person, Service


def somewhere_else() -> str:
    return f"{uuid4().hex}@new.example.com"


def ask(person: Person, address: str, **body: Any) -> httpx.Response:
    return person.http.post(
        "/v1/me/email", json={"new_email": address, "password": PASSWORD} | body
    )


def confirm(service: Service, token: str) -> httpx.Response:
    with service.client() as nobody:
        return nobody.post("/v1/me/email/confirm", json={"token": token})


def test_an_account_moves_to_an_address_that_proved_itself(service: Service) -> None:
    ada, address = service.person(), somewhere_else()
    before, elsewhere = ada.email, Person(service, ada.email)
    elsewhere.log_in()

    asked = ask(ada, address.upper())

    assert (asked.status_code, asked.json()) == (202, {"status": "accepted"})
    token = service.mailed_token(address, "/confirm-email")
    assert ada.http.get("/v1/me").json()["email"] == before
    assert service.wait_for_mail(before, "asked to use another email address")
    assert confirm(service, token).status_code == 204
    me = ada.http.get("/v1/me").json()
    assert (me["email"], me["email_verified"]) == (address, True)
    assert elsewhere.http.get("/v1/me").status_code == 401
    again = confirm(service, token)
    assert (again.status_code, again.json()["code"]) == (400, "token_invalid_or_expired")
    login = ada.http.post("/v1/auth/login", json={"email": before, "password": PASSWORD})
    assert login.json()["code"] == "invalid_credentials"
    ada.email = address
    ada.log_in()


def told(person: Person) -> list[str]:
    return person.service.mails_to(person.email)


def test_the_answer_tells_nobody_whether_an_address_is_known(service: Service) -> None:
    ada, bob = service.person(), service.person()

    known, unknown = ask(ada, bob.email), ask(ada, somewhere_else())

    assert known.status_code == unknown.status_code == 202
    assert known.content == unknown.content
    assert service.mailed_tokens(bob.email, "/confirm-email") == []


def test_it_takes_the_password_and_a_session(service: Service) -> None:
    ada = service.person()
    wrong = ask(ada, somewhere_else(), password="not the password")
    none = ada.http.post("/v1/me/email", json={"new_email": somewhere_else()})
    with service.client() as nobody:
        body = {"new_email": somewhere_else(), "password": PASSWORD}
        unknown = nobody.post("/v1/me/email", json=body)

    assert [one.json()["code"] for one in (wrong, none, unknown)] == [
        "invalid_credentials",
        "invalid_credentials",
        "authentication_required",
    ]


def test_a_link_works_for_one_of_many_and_no_other_link_does(service: Service) -> None:
    ada, address = service.person(), somewhere_else()
    ask(ada, address)
    token = service.mailed_token(address, "/confirm-email")
    verification = service.mailed_token(ada.email, "/verify-email")

    with service.client() as nobody, ThreadPoolExecutor(8) as threads:
        answers = threads.map(
            lambda _: nobody.post("/v1/me/email/confirm", json={"token": token}), range(8)
        )
        statuses = sorted(one.status_code for one in answers)

    assert statuses == [204, *[400] * 7]
    for other in (verification, token[:-2], "made up", ada.tokens["refresh_token"]):
        assert confirm(service, other).status_code == 400


def test_of_two_who_want_the_same_address_one_gets_it(service: Service) -> None:
    ada, bob, address = service.person(), service.person(), somewhere_else()
    tokens = []
    for number, person in enumerate((ada, bob)):
        ask(person, address)
        tokens.append(service.mailed_token(address, "/confirm-email", after=number))

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda token: confirm(service, token), tokens))

    assert sorted(one.status_code for one in answers) == [204, 409]
    refused = next(one for one in answers if one.status_code == 409)
    assert refused.json()["code"] == "email_taken"


def test_the_page_behind_the_link_moves_the_account_by_its_button_alone(service: Service) -> None:
    ada, address = service.person(), somewhere_else()
    ask(ada, address)
    token = service.mailed_token(address, "/confirm-email")
    with service.client() as browser:
        for _ in range(2):  # a scanner of links, and then the person
            assert browser.get("/confirm-email", params={"token": token}).status_code == 200
        assert ada.http.get("/v1/me").json()["email"] == ada.email
        pressed = browser.post("/confirm-email?lang=de", data={"token": token})
        again = browser.post("/confirm-email", data={"token": token})

    assert (pressed.status_code, again.status_code) == (200, 400)
    assert "Adresse geändert" in pressed.text
    assert ada.http.get("/v1/me").json()["email"] == address


def test_no_address_is_left_in_the_audit_log(service: Service) -> None:
    ada, address = service.person(), somewhere_else()
    ask(ada, address)
    confirm(service, service.mailed_token(address, "/confirm-email"))

    with psycopg.connect(service.owner_url) as owner:
        rows = owner.execute(
            "SELECT action, to_jsonb(e)::text FROM core.audit_events AS e"
            " WHERE target_id = %s AND action LIKE 'user.email_change%%' ORDER BY id",
            [ada.tokens["user"]["id"]],
        ).fetchall()

    assert [row[0] for row in rows] == ["user.email_change_requested", "user.email_changed"]
    assert not any(one in row[1] for row in rows for one in (address, ada.email, "@"))
