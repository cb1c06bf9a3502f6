"""The pages behind the links in mails: a look changes nothing, the button does."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.factories import PASSWORD
from tests.integration.service import Person, Service

NEW = "another horse battery staple"


def stranger(service: Service) -> Person:
    return Person(service, f"{uuid4().hex}@example.com")


def members(owner: Person, organization_id: str) -> dict[str, str]:
    found = owner.http.get(f"/v1/organizations/{organization_id}/members").json()["items"]
    return {one["email"]: one["role"] for one in found}


def looked_at_twice(person: Person, path: str, **query: str) -> httpx.Response:
    """Follow a link as a mail scanner does, and then as a person does."""
    scanned, page = (person.http.get(path, params=query) for _ in range(2))
    assert scanned.status_code == page.status_code == 200
    assert person.http.head(path, params=query).status_code == 200
    return page


def test_a_mailed_link_confirms_an_address(service: Service) -> None:
    bob = stranger(service)
    bob.register()
    token = service.mailed_token(bob.email, "/verify-email")
    page = looked_at_twice(bob, "/verify-email", token=token)
    login = {"email": bob.email, "password": PASSWORD}
    assert bob.http.post("/v1/auth/login", json=login).json()["code"] == "email_not_verified"

    pressed = bob.http.post("/verify-email", data={"token": token})
    again = bob.http.post("/verify-email", data={"token": token})

    assert token in page.text
    assert (pressed.status_code, again.status_code) == (200, 400)
    bob.log_in()


def test_a_mailed_link_chooses_a_password(service: Service) -> None:
    bob = service.person()
    bob.http.post("/forgot-password", data={"email": bob.email})
    token = service.mailed_token(bob.email, "/reset-password")
    looked_at_twice(bob, "/reset-password", token=token)

    weak = bob.http.post("/reset-password", data={"token": token, "new_password": "short"})
    good = bob.http.post("/reset-password", data={"token": token, "new_password": NEW})
    again = bob.http.post("/reset-password", data={"token": token, "new_password": NEW})

    assert weak.status_code == 422
    assert "12 characters" in weak.text
    assert (good.status_code, again.status_code) == (200, 400)
    assert "/forgot-password" in again.text
    assert bob.http.get("/v1/me").status_code == 401
    login = {"email": bob.email, "password": NEW}
    assert bob.http.post("/v1/auth/login", json=login).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_a_mailed_invitation_is_accepted_by_somebody_known_and_somebody_new(
    service: Service, *, known: bool
) -> None:
    ada = service.person()
    organization_id = ada.organization("Engines <b>& Co</b>")
    bob = service.person() if known else stranger(service)
    token = ada.invite(organization_id, bob, "admin")
    page = looked_at_twice(bob, "/accept-invitation", invitation=token)
    assert "Engines &lt;b&gt;" in page.text
    answer = {"invitation": token, "answer": "join" if known else "register", "password": PASSWORD}

    wrong = bob.http.post("/accept-invitation", data=answer | {"answer": "join", "password": "x"})
    joined = bob.http.post("/accept-invitation", data=answer)
    again = bob.http.post("/accept-invitation", data=answer)

    assert (wrong.status_code, joined.status_code, again.status_code) == (401, 200, 409)
    assert members(ada, organization_id) == {ada.email: "owner", bob.email: "admin"}
    bob.log_in()
    live = bob.http.get("/v1/me/sessions").json()["items"]
    assert len(live) == (2 if known else 1), "the page's own session has ended"


def test_a_mailed_invitation_is_declined(service: Service) -> None:
    ada, bob = service.person(), stranger(service)
    organization_id = ada.organization()
    token = ada.invite(organization_id, bob)

    declined = bob.http.post("/accept-invitation", data={"invitation": token, "answer": "decline"})

    assert declined.status_code == 200
    assert bob.http.get("/accept-invitation", params={"invitation": token}).status_code == 409
    assert members(ada, organization_id) == {ada.email: "owner"}


def test_two_presses_at_once_join_once(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    token = ada.invite(organization_id, bob)
    answer = {"invitation": token, "answer": "join", "password": PASSWORD}

    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda _: bob.http.post("/accept-invitation", data=answer), range(2))
        )

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert members(ada, organization_id)[bob.email] == "member"


def test_pages_speak_german(service: Service) -> None:
    with service.client(headers={"accept-language": "de-DE,de;q=0.9,en;q=0.5"}) as client:
        page = client.get("/forgot-password")

    assert '<html lang="de">' in page.text
    assert "Passwort vergessen?" in page.text


def test_hostile_forms_are_no_crash(service: Service) -> None:
    with service.client() as client:
        for path in ("/verify-email", "/reset-password", "/forgot-password", "/accept-invitation"):
            for body in (b"", b"token=%00", b"token=%ED%A0%80", b"email=" + b"x" * 5000):
                headers = {"content-type": "application/x-www-form-urlencoded"}
                answer = client.post(path, content=body, headers=headers)
                assert answer.status_code == 422, (path, body[:20], answer.status_code)
                assert answer.headers["content-type"].startswith("text/html")


def test_the_mails_of_development_are_pages(service: Service) -> None:
    ada = service.person()
    listed = ada.http.get("/dev/mails")
    name = listed.text.partition("/dev/mails/")[2].partition('"')[0]

    assert ada.email in listed.text
    shown = ada.http.get(f"/dev/mails/{name}")
    framed = ada.http.get(f"/dev/mails/{name}/html")
    assert 'href="' + service.url in shown.text.replace("http://127.0.0.1:8000", service.url)
    assert "sandbox" in framed.headers["content-security-policy"]
    assert ada.http.get("/dev/mails/..%2f..%2fsecret_keys").status_code == 404
