"""The pages behind the links in mails: a look changes nothing, the button does."""

from uuid import uuid4

import pytest

from tests.factories import PASSWORD
from tests.integration.service import Person, Service

NEW = "another horse battery staple"


def test_looking_at_a_link_uses_nothing_up(service: Service) -> None:
    bob = Person(service, f"{uuid4().hex}@example.com")
    bob.register()
    token = service.mailed_token(bob.email, "/verify-email")
    for _ in range(2):
        page = bob.http.get("/verify-email", params={"token": token})
        assert page.status_code == 200
        assert token in page.text

    pressed = bob.http.post("/verify-email", data={"token": token})
    again = bob.http.post("/verify-email", data={"token": token})

    assert (pressed.status_code, again.status_code) == (200, 400)
    bob.log_in()


def test_a_weak_password_is_explained_and_leaves_the_link_good(service: Service) -> None:
    bob = service.person()
    bob.http.post("/forgot-password", data={"email": bob.email})
    token = service.mailed_token(bob.email, "/reset-password")

    weak = bob.http.post("/reset-password", data={"token": token, "new_password": "short"})
    good = bob.http.post("/reset-password", data={"token": token, "new_password": NEW})

    assert weak.status_code == 422
    assert "12 characters" in weak.text
    assert good.status_code == 200
    login = {"email": bob.email, "password": NEW}
    assert bob.http.post("/v1/auth/login", json=login).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_an_invitation_is_accepted_by_somebody_known_and_somebody_new(
    service: Service, *, known: bool
) -> None:
    ada = service.person()
    organization_id = ada.organization("Engines <b>& Co</b>")
    bob = service.person() if known else Person(service, f"{uuid4().hex}@example.com")
    token = ada.invite(organization_id, bob)
    page = bob.http.get("/accept-invitation", params={"invitation": token})
    assert "Engines &lt;b&gt;" in page.text
    answer = {"invitation": token, "answer": "join" if known else "register", "password": PASSWORD}

    wrong = bob.http.post("/accept-invitation", data=answer | {"answer": "join", "password": "x"})
    joined = bob.http.post("/accept-invitation", data=answer)

    assert wrong.status_code == 401
    assert joined.status_code == 200
    members = ada.http.get(f"/v1/organizations/{organization_id}/members").json()["items"]
    assert bob.email in {one["email"] for one in members}


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
                assert answer.status_code in {400, 422}, (path, body[:20], answer.status_code)


def test_the_mails_of_development_are_pages(service: Service) -> None:
    ada = service.person()
    listed = ada.http.get("/dev/mails")
    name = listed.text.partition("/dev/mails/")[2].partition('"')[0]

    assert ada.email in listed.text
    assert ada.http.get(f"/dev/mails/{name}").status_code == 200
    shown = ada.http.get(f"/dev/mails/{name}/html")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert ada.http.get("/dev/mails/..%2f..%2fsecret_keys").status_code == 404
