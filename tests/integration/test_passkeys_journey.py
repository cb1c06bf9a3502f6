"""Passkeys over HTTP: the way of somebody honest, and of those who are not."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.authenticator import ASSERTION_LIES, REGISTRATION_LIES, Authenticator, encoded
from tests.integration.service import Person, Service

type Answer = httpx.Response


class Holder:
    """A person and their authenticator."""

    def __init__(self, service: Service, **options: bool) -> None:
        self.person = service.person()
        self.http = self.person.http
        self.user_id = self.person.tokens["user"]["id"]
        self.device = Authenticator(service.url, **options)

    def begun(self, path: str = "/v1/auth/passkeys/options") -> dict[str, Any]:
        answer = self.http.post(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        found: dict[str, Any] = answer.json()
        return found

    def register(self, device: Authenticator | None = None, **lies: Any) -> Answer:
        begun = self.begun("/v1/me/passkeys/registration")
        credential = (device or self.device).create(begun["options"], **lies)
        body = {"challenge_token": begun["challenge_token"], "credential": credential}
        return self.http.post("/v1/me/passkeys", json=body)

    def signed(self, **lies: Any) -> dict[str, Any]:
        begun = self.begun()
        credential = self.device.get(begun["options"], **lies)
        return {"challenge_token": begun["challenge_token"], "credential": credential}

    def log_in(self, body: dict[str, Any]) -> Answer:
        return self.http.post("/v1/auth/passkeys/login", json=body)


@pytest.fixture
def ada(service: Service) -> Holder:
    return Holder(service)


@pytest.fixture(scope="module")
def eve(service: Service) -> Holder:
    """Somebody who has a passkey and used it, and tries everything."""
    eve = Holder(service)
    eve.register()
    assert eve.log_in(eve.signed()).status_code == 200
    return eve


@pytest.fixture(scope="module")
def owner(service: Service) -> Iterator[psycopg.Connection[Any]]:
    """Looks into the database, past everything."""
    with psycopg.connect(service.owner_url, autocommit=True) as connection:
        yield connection


def written(owner: psycopg.Connection[Any], user_id: str) -> list[Any]:
    """Return all that an attack could have changed."""
    passkeys = owner.execute("SELECT * FROM accounts.passkeys WHERE user_id = %s", [user_id])
    sessions = owner.execute(
        "SELECT id, authenticated_at, amr FROM accounts.sessions WHERE user_id = %s ORDER BY id",
        [user_id],
    )
    return [*passkeys.fetchall(), *sessions.fetchall()]


def audited(owner: psycopg.Connection[Any]) -> Any:
    """Return the newest row of the audit log."""
    return owner.execute(
        "SELECT action, metadata FROM core.audit_events ORDER BY id DESC LIMIT 1"
    ).fetchone()


def refused(answer: Answer) -> bool:
    """Tell whether it was, in words that tell nothing of why."""
    known = {"type", "title", "status", "instance", "code", "request_id"}
    body = answer.json()
    return answer.status_code == 401 and body["code"] == "passkey_refused" and set(body) == known


def at_once(count: int, ask: Callable[[int], Answer]) -> Counter[int]:
    with ThreadPoolExecutor(count) as threads:
        return Counter(answer.status_code for answer in threads.map(ask, range(count)))


# --- The honest way -------------------------------------------------------------------------------


def test_a_passkey_is_made_signs_in_and_goes(service: Service, ada: Holder) -> None:
    made = ada.register()
    assert made.status_code == 201
    assert made.json().keys() == {"id", "name", "backed_up", "created_at", "last_used_at"}
    at = f"/v1/me/passkeys/{made.json()['id']}"

    answer = ada.log_in(ada.signed() | {"device_label": "laptop"})
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == ada.user_id
    assert answer.json()["device_token"]
    assert answer.cookies
    token = answer.json()["access_token"]
    with service.client(headers={"Authorization": f"Bearer {token}"}) as client:
        [current] = [one for one in sessions(client) if one["current"]]
        assert (current["amr"], current["device_label"]) == (["pop", "user", "mfa"], "laptop")

    renamed = ada.http.patch(at, json={"name": "blue key"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "blue key")
    assert renamed.json()["last_used_at"]
    assert ada.http.get("/v1/me/passkeys").json() == {
        "items": [renamed.json()],
        "next_cursor": None,
    }
    assert ada.http.delete(at).status_code == 204
    assert ada.http.delete(at).status_code == 404
    assert refused(ada.log_in(ada.signed()))


def sessions(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/me/sessions").json()["items"]
    return items


def test_a_passkey_makes_a_stale_session_fresh_and_strong(
    ada: Holder, owner: psycopg.Connection[Any]
) -> None:
    ada.register()
    session_id = ada.person.tokens["session_id"]
    owner.execute(
        "UPDATE accounts.sessions SET authenticated_at = now() - interval '11 minutes'"
        " WHERE id = %s",
        [session_id],
    )
    stale = ada.http.post("/v1/me/passkeys/registration")
    assert (stale.status_code, stale.json()["code"]) == (403, "reauthentication_required")

    answer = ada.http.post("/v1/auth/passkeys/reauthenticate", json=ada.signed())

    assert answer.status_code == 200
    ada.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    assert ada.begun("/v1/me/passkeys/registration")
    [current] = [one for one in sessions(ada.http) if one["current"]]
    assert (current["id"], current["amr"]) == (session_id, ["pwd", "pop", "user", "mfa"])


def test_its_owner_is_told_by_mail(service: Service, ada: Holder) -> None:
    made = ada.register().json()
    ada.http.delete(f"/v1/me/passkeys/{made['id']}")
    service.cli("jobs", "drain")

    told = " ".join(service.mails_to(ada.person.email))
    assert 'A passkey named "Passkey" was added' in told
    assert 'The passkey "Passkey" was removed' in told


def test_an_operator_removes_what_somebody_lost(service: Service, ada: Holder) -> None:
    made = ada.register().json()

    listed = service.cli("accounts", "passkeys", "list", ada.person.email, "--json")
    assert made["id"] in listed
    service.cli("accounts", "passkeys", "remove", ada.person.email, made["id"], "--yes")

    assert ada.http.get("/v1/me/passkeys").json()["items"] == []


def test_a_challenge_is_as_long_as_a_hash_and_never_the_same(eve: Holder) -> None:
    begun = [eve.begun() for _ in range(20)]

    assert len({one["options"]["challenge"] for one in begun}) == 20
    assert {len(one["options"]["challenge"]) for one in begun} == {len(encoded(bytes(32)))}


def test_a_person_without_passkeys_has_none(service: Service) -> None:
    person: Person = service.person()

    answer = person.http.get("/v1/me/passkeys")

    assert answer.json() == {"items": [], "next_cursor": None}


# --- Attacks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lie", REGISTRATION_LIES)
def test_what_was_made_wrongly_is_not_kept(
    eve: Holder, service: Service, owner: psycopg.Connection[Any], lie: str
) -> None:
    before = written(owner, eve.user_id)

    answer = eve.register(Authenticator(service.url), **REGISTRATION_LIES[lie])

    assert refused(answer), answer.text
    assert written(owner, eve.user_id) == before
    action, metadata = audited(owner)
    assert action == "passkey.refused"
    assert metadata["reason"]


@pytest.mark.parametrize("where", ["login", "reauthenticate"])
@pytest.mark.parametrize("lie", ASSERTION_LIES)
def test_a_wrong_answer_opens_nothing_and_counts_for_nothing(
    eve: Holder, owner: psycopg.Connection[Any], lie: str, where: str
) -> None:
    before = written(owner, eve.user_id)

    answer = eve.http.post(f"/v1/auth/passkeys/{where}", json=eve.signed(**ASSERTION_LIES[lie]))

    assert refused(answer), answer.text
    assert written(owner, eve.user_id) == before
    action, metadata = audited(owner)
    expected = {
        "login": ("auth.login_failed", "cause"),
        "reauthenticate": ("passkey.refused", "reason"),
    }
    assert action == expected[where][0]
    assert metadata[expected[where][1]]


def test_nobody_signs_in_as_another(eve: Holder, ada: Holder) -> None:
    ada.register()
    handle = ada.device.held[0].user_handle

    assert refused(eve.log_in(eve.signed(user_handle=handle)))
    assert refused(eve.log_in(eve.signed(user_handle=handle, id=ada.device.held[0].id)))
    foreign = eve.http.post("/v1/auth/passkeys/reauthenticate", json=ada.signed())
    assert refused(foreign)


def test_nobody_takes_anothers_credential_or_challenge(eve: Holder, ada: Holder) -> None:
    ada.register()
    stolen = ada.device.held[0].id
    thief = Authenticator(eve.device.origin)
    assert refused(eve.register(thief, attested_id=stolen, id=stolen))

    begun = ada.begun("/v1/me/passkeys/registration")
    credential = Authenticator(eve.device.origin).create(begun["options"])
    body = {"challenge_token": begun["challenge_token"], "credential": credential}
    assert refused(eve.http.post("/v1/me/passkeys", json=body))
    assert refused(ada.http.post("/v1/me/passkeys", json=body))


def test_nobody_touches_anothers_passkeys(eve: Holder, ada: Holder) -> None:
    at = f"/v1/me/passkeys/{ada.register().json()['id']}"

    assert eve.http.patch(at, json={"name": "mine"}).status_code == 404
    assert eve.http.delete(at).status_code == 404


def test_an_answer_without_a_token_reaches_no_account(service: Service, ada: Holder) -> None:
    ada.register()
    with service.client() as client:
        for path in ("/v1/me/passkeys/registration", "/v1/me/passkeys"):
            assert client.post(path, json={}).status_code == 401
        assert client.post("/v1/auth/passkeys/reauthenticate", json={}).status_code == 401


@pytest.mark.parametrize(
    "change",
    [{"id": "a+b/"}, {"id": ""}, {"type": "password"}, {"response": {}}, {"response": None}],
)
def test_what_is_no_credential_is_named(eve: Holder, change: dict[str, Any]) -> None:
    body = eve.signed()
    body["credential"] |= change

    answer = eve.log_in(body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/credential/")


# --- At once --------------------------------------------------------------------------------------


def test_an_answer_signs_in_once(ada: Holder) -> None:
    ada.register()
    body = ada.signed()

    assert at_once(10, lambda _: ada.log_in(body)) == {200: 1, 401: 9}


def test_of_two_that_hold_one_key_at_once_one_is_a_copy(ada: Holder) -> None:
    ada.register()
    bodies = [ada.signed(sign_count=7) for _ in range(6)]

    assert at_once(6, lambda number: ada.log_in(bodies[number])) == {200: 1, 401: 5}


def test_a_registration_is_kept_once(ada: Holder) -> None:
    begun = ada.begun("/v1/me/passkeys/registration")
    credential = ada.device.create(begun["options"])
    body = {"challenge_token": begun["challenge_token"], "credential": credential}

    answers = at_once(8, lambda _: ada.http.post("/v1/me/passkeys", json=body))

    assert answers == {201: 1, 401: 7}
    assert len(ada.http.get("/v1/me/passkeys").json()["items"]) == 1


def test_of_two_passkeys_removed_at_once_by_who_has_no_password_one_stays(
    ada: Holder, service: Service, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("UPDATE accounts.users SET password_hash = NULL WHERE id = %s", [ada.user_id])
    kept = ada.register(Authenticator(service.url)).json()["id"]
    for _ in range(15):
        ids = [kept, ada.register(Authenticator(service.url)).json()["id"]]

        assert at_once(2, remover(ada, ids)) == {204: 1, 409: 1}
        [left] = ada.http.get("/v1/me/passkeys").json()["items"]
        kept = left["id"]
    last = ada.http.delete(f"/v1/me/passkeys/{kept}")
    assert (last.status_code, last.json()["code"]) == (409, "last_credential")


def remover(holder: Holder, ids: list[str]) -> Callable[[int], Answer]:
    return lambda number: holder.http.delete(f"/v1/me/passkeys/{ids[number]}")
