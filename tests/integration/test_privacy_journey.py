"""To have one's data and to be forgotten, on the wire: the way it goes, and what is tried."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql

from adapters.embedded import Urls
from adapters.postgres.accounts import account_data
from bootstrap import Container
from tests import factories
from tests.contracts.founding import founded, known
from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service
from tests.integration.terminal import Terminal


@pytest.fixture
def cli(service: Service, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(service, monkeypatch)


def in_database(service: Service, query: Any, *values: object) -> list[Any]:
    with psycopg.connect(service.owner_url, autocommit=True) as owner:
        done = owner.execute(query, values)
        return done.fetchall() if done.description else []


def user_id(person: Person) -> str:
    return str(person.tokens["user"]["id"])


# --- Exports --------------------------------------------------------------------------------------


def exported(person: Person) -> dict[str, Any]:
    asked = person.http.post("/v1/me/export")
    assert asked.status_code == 202, asked.text
    assert asked.json().keys() == {"id", "status"}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = person.http.get(f"/v1/me/export/{asked.json()['id']}")
        assert found.status_code == 200, found.text
        if found.json()["status"] == "ready":
            answer: dict[str, Any] = found.json()
            return answer
        time.sleep(0.05)
    raise TimeoutError


def test_somebody_gets_everything_that_is_held_about_them(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    ada.invite(organization_id, bob)

    answer = exported(ada)

    data = answer["data"]["accounts"]
    assert data["profile"]["email"] == ada.email
    assert [one["organization_id"] for one in data["memberships"]] == [organization_id]
    assert [one["email"] for one in data["invitations"]] == [bob.email]
    assert [one["id"] for one in data["sessions"]] == [ada.tokens["session_id"]]
    assert {"org.created", "invitation.created"} <= {one["action"] for one in data["audit_events"]}
    text = json.dumps(answer)
    assert not any(word in text for word in ("argon2", "_hash", "_box", PASSWORD, "crt_"))
    waited = time.monotonic() + PATIENCE
    while not any("everything that" in one for one in service.mails_to(ada.email)):
        assert time.monotonic() < waited
        time.sleep(0.05)


def test_it_is_encrypted_where_it_is_kept(service: Service) -> None:
    ada = service.person()
    export_id = exported(ada)["id"]

    [(box,)] = in_database(
        service, "SELECT content_box FROM accounts.data_exports WHERE id = %s", export_id
    )

    assert len(box) > 500
    assert ada.email.encode() not in box


def test_somebody_elses_export_is_not_there(service: Service) -> None:
    ada, eve = service.person(), service.person()
    export_id = exported(ada)["id"]

    for path in (export_id, str(uuid4())):
        answer = eve.http.get(f"/v1/me/export/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "export_not_found")
    with service.client() as nobody:
        assert nobody.get(f"/v1/me/export/{export_id}").status_code == 401


def test_of_many_requests_at_once_there_is_one_export(service: Service) -> None:
    ada = service.person()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ada.http.post("/v1/me/export"), range(8)))

    assert {one.status_code for one in answers} == {202}
    rows = in_database(
        service,
        "SELECT count(*) FROM accounts.data_exports WHERE user_id = %s AND finished_at IS NULL",
        user_id(ada),
    )
    assert rows[0][0] <= 1


def test_it_takes_a_fresh_proof(service: Service) -> None:
    ada = service.person()
    export_id = exported(ada)["id"]
    in_database(
        service,
        "UPDATE accounts.sessions SET authenticated_at = now() - interval '11 minutes'"
        " WHERE id = %s",
        ada.tokens["session_id"],
    )

    answers = [ada.http.post("/v1/me/export"), ada.http.get(f"/v1/me/export/{export_id}")]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (403, "reauthentication_required")
    ] * 2


async def test_what_opens_an_account_is_told_without_what_makes_it_open(
    container: Container, urls: Urls
) -> None:
    organization, owner = await founded(container)
    ids = {
        "user": owner.id,
        "organization": organization.id,
        "connection": uuid4(),
        "new": uuid4(),
        "secret": b"a secret that opens",
    }
    with psycopg.connect(urls.owner, autocommit=True) as database:
        for statement in (
            """INSERT INTO accounts.sso_connections
               (id, organization_id, name, issuer, client_id, client_secret_box,
                client_authentication, scopes, email_claim, trusts_email, jit_enabled,
                default_role, enabled, created_at, updated_at, version)
               VALUES (%(connection)s, %(organization)s, 'IdP', 'https://idp.example.com', 'c',
                       %(secret)s, 'client_secret_basic', 'openid', 'email', false, false,
                       'member', true, now(), now(), 1)""",
            """INSERT INTO accounts.identities
               (id, user_id, connection_id, issuer, subject, created_at)
               VALUES (%(new)s, %(user)s, %(connection)s, 'https://idp.example.com', 'ada', now())
            """,
            """INSERT INTO accounts.passkeys
               (id, user_id, credential_id, public_key, sign_count, transports, backed_up, name,
                created_at)
               VALUES (%(new)s, %(user)s, %(secret)s, %(secret)s, 0, '{usb}', true, 'Blue', now())
            """,
            """INSERT INTO accounts.api_keys
               (id, organization_id, user_id, name, key_hash, scopes, created_at)
               VALUES (%(new)s, %(organization)s, %(user)s, 'CI', %(secret)s,
                       '{members:read}', now())""",
        ):
            database.execute(statement, ids)

    data = await container.account_data().of(owner.id)

    assert [one["subject"] for one in data["identities"]] == ["ada"]
    assert [(one["name"], one["transports"]) for one in data["passkeys"]] == [("Blue", ["usb"])]
    assert [(one["name"], one["scopes"]) for one in data["api_keys"]] == [("CI", ["members:read"])]
    assert "a secret that opens" not in repr(data)


async def test_what_somebody_did_is_read_page_by_page_to_a_bound(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await known(container)
    for number in range(9):
        await container.audit().record(factories.anonymous(user_id=ada.id), f"thing.done{number}")
    monkeypatch.setattr(account_data, "AUDIT_PAGE", 2)

    data = await container.account_data().of(ada.id)
    monkeypatch.setattr(account_data, "AUDIT_PAGES", 3)
    bounded = await container.account_data().of(ada.id)

    newest = [f"thing.done{number}" for number in range(8, -1, -1)]
    assert [one["action"] for one in data["audit_events"]] == newest
    assert [one["action"] for one in bounded["audit_events"]] == newest[:6]


# --- Being forgotten ------------------------------------------------------------------------------


def leave(person: Person, password: str = PASSWORD) -> httpx.Response:
    return person.http.request("DELETE", "/v1/me", json={"password": password})


def restore(person: Person, token: str) -> httpx.Response:
    return person.http.post("/v1/me/restore", json={"token": token})


def test_an_account_is_shut_at_once_and_can_be_had_back(service: Service) -> None:
    ada = service.person()

    wrong, left = leave(ada, "not the password"), leave(ada)

    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    assert left.status_code == 202
    assert left.json().keys() == {"deletes_at"}
    assert ada.http.get("/v1/me").json()["code"] == "session_revoked"
    refreshed = ada.http.post(
        "/v1/auth/token/refresh", json={"refresh_token": ada.tokens["refresh_token"]}
    )
    assert refreshed.status_code == 401
    login = {"email": ada.email, "password": PASSWORD}
    refused = ada.http.post("/v1/auth/login", json=login)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_pending_deletion")
    token = service.mailed_token(ada.email, "/restore-account")
    assert restore(ada, token).status_code == 204
    again = restore(ada, token)
    assert (again.status_code, again.json()["code"]) == (400, "token_invalid_or_expired")
    ada.log_in()


def test_the_page_behind_the_link_restores_by_its_button_alone(service: Service) -> None:
    ada = service.person()
    leave(ada)
    token = service.mailed_token(ada.email, "/restore-account")
    with service.client() as browser:
        assert browser.get("/restore-account", params={"token": token}).status_code == 200
        login = {"email": ada.email, "password": PASSWORD}
        assert browser.post("/v1/auth/login", json=login).status_code == 403
        pressed = browser.post("/restore-account", data={"token": token})
        again = browser.post("/restore-account?lang=de", data={"token": token})

    assert (pressed.status_code, again.status_code) == (200, 400)
    assert "Welcome back" in pressed.text
    ada.log_in()


def test_no_password_reset_lets_somebody_in_who_asked_to_be_forgotten(service: Service) -> None:
    ada = service.person()
    ada.http.post("/v1/auth/password/forgot", json={"email": ada.email})
    token = service.mailed_token(ada.email, "/reset-password")
    leave(ada)

    reset = ada.http.post(
        "/v1/auth/password/reset", json={"token": token, "new_password": "a whole new sentence"}
    )

    assert reset.json()["code"] == "token_invalid_or_expired"


def test_the_last_owner_stays(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()

    refused = leave(ada)

    assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert ada.http.get("/v1/me").status_code == 200
    bob.accept(ada.invite(organization_id, bob, "owner"))
    assert leave(ada).status_code == 202


def test_of_two_owners_who_go_at_once_one_is_refused(service: Service) -> None:
    for _ in range(8):
        ada, bob = service.person(), service.person()
        organization_id = ada.organization()
        bob.accept(ada.invite(organization_id, bob, "owner"))

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(leave, (ada, bob)))

        assert sorted(one.status_code for one in answers) == [202, 409]


def test_an_owner_who_goes_while_the_organization_is_handed_to_them_leaves_somebody_behind(
    service: Service,
) -> None:
    for _ in range(8):
        ada, bob = service.person(), service.person()
        organization_id = ada.organization()
        bob.accept(ada.invite(organization_id, bob, "member"))
        handed_over = f"/v1/organizations/{organization_id}/transfer-ownership"

        with ThreadPoolExecutor(2) as threads:
            left = threads.submit(leave, bob)
            given = threads.submit(ada.http.post, handed_over, json={"user_id": user_id(bob)})
        statuses = (left.result().status_code, given.result().status_code)

        assert statuses in {(202, 409), (409, 204)}, statuses
        [(owners,)] = in_database(
            service,
            "SELECT count(*) FROM accounts.memberships AS m"
            " JOIN accounts.users AS u ON u.id = m.user_id"
            " WHERE m.organization_id = %s AND m.role = 'owner' AND u.status = 'active'",
            organization_id,
        )
        assert owners == 1


def test_after_its_time_an_account_is_gone_for_good(service: Service, cli: Terminal) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob))
    exported(bob)
    leave(bob)
    token = service.mailed_token(bob.email, "/restore-account")
    assert cli("accounts", "maintenance", "purge-deleted") == "0 accounts deleted.\n"
    in_database(service, "UPDATE accounts.users SET deletes_at = now() WHERE id = %s", user_id(bob))

    purged = cli.json("accounts", "maintenance", "purge-deleted", "--json")

    assert purged == {"deleted": 1, "kept": []}
    assert restore(bob, token).status_code == 400
    login = {"email": bob.email, "password": PASSWORD}
    assert bob.http.post("/v1/auth/login", json=login).json()["code"] == "invalid_credentials"
    members = ada.http.get(f"/v1/organizations/{organization_id}/members").json()["items"]
    assert [one["email"] for one in members] == [ada.email]
    # Of the audit log by id alone; counters forget within the hour.
    assert left_of(service, bob) == {"core.audit_events", "core.throttles"}
    assert left_of(service, bob, by_id=False) == set()
    bob.register()  # the address is free again
    service.mailed_token(bob.email, "/verify-email", after=1)


def left_of(service: Service, person: Person, *, by_id: bool = True) -> set[str]:
    """Return the tables, but for the queue's, that name somebody, by id or by address."""
    tables = in_database(
        service,
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('core', 'accounts') AND table_type = 'BASE TABLE'",
    )
    found = set()
    with psycopg.connect(service.owner_url) as owner:
        for schema, table in tables:
            query = sql.SQL(
                "SELECT 1 FROM {} AS t WHERE to_jsonb(t)::text LIKE ANY (%s) LIMIT 1"
            ).format(sql.Identifier(schema, table))
            wanted = f"%{user_id(person) if by_id else person.email}%"
            if owner.execute(query, [[wanted]]).fetchone():
                found.add(f"{schema}.{table}")
    return found


def test_an_operator_deletes_and_restores_at_a_terminal(service: Service, cli: Terminal) -> None:
    ada = service.person()
    organization_id = ada.organization()
    assert "last_owner" in cli("accounts", "users", "delete", ada.email, "--yes", expect=1)
    bob = service.person()
    bob.accept(ada.invite(organization_id, bob, "owner"))

    pending = cli.json("accounts", "users", "delete", ada.email, "--yes", "--json")

    assert pending.keys() == {"deletes_at"}
    assert ada.http.get("/v1/me").status_code == 401
    refused = cli("accounts", "users", "reactivate", ada.email, expect=1)
    assert "account_pending_deletion" in refused
    assert cli.json("accounts", "users", "restore", ada.email, "--json")["status"] == "active"
    assert "not_pending_deletion" in cli("accounts", "users", "restore", ada.email, expect=1)
    ada.log_in()


def test_an_organization_is_shut_at_once_and_can_be_had_back(
    service: Service, cli: Terminal
) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    path = f"/v1/organizations/{organization_id}"
    bob.accept(ada.invite(organization_id, bob))
    made = ada.http.post(f"{path}/api-keys", json={"name": "mine", "scopes": ["members:read"]})
    program = service.client(headers={"Authorization": f"Bearer {made.json()['key']}"})
    assert program.get(f"{path}/members").status_code == 200
    assert bob.http.delete(path).status_code == 403

    shut = ada.http.delete(path)

    assert (shut.status_code, shut.json().keys()) == (202, {"deletes_at"})
    service.wait_for_mail(ada.email, "Nobody gets in")
    assert [one.http.get(path).status_code for one in (ada, bob)] == [404, 404]
    assert program.get(f"{path}/members").status_code == 401
    assert ada.http.get("/v1/me/organizations").json()["items"] == []
    restore = f"/v1/me/organizations/{organization_id}/restore"
    assert bob.http.post(restore).status_code == 404
    assert ada.http.post(restore).status_code == 200
    assert [one.http.get(path).status_code for one in (ada, bob)] == [200, 200]
    assert program.get(f"{path}/members").status_code == 200
    assert ada.http.post(restore).json()["code"] == "organization_not_pending_deletion"

    cli("accounts", "orgs", "delete", organization_id, "--yes")
    assert ada.http.get(path).status_code == 404
    cli("accounts", "orgs", "restore", organization_id)
    cli("accounts", "orgs", "set-owner", organization_id, bob.email)
    assert bob.http.delete(path).status_code == 202


def test_after_its_time_an_organization_is_gone_for_good(service: Service, cli: Terminal) -> None:
    ada = service.person()
    organization_id = ada.organization()
    assert ada.http.delete(f"/v1/organizations/{organization_id}").status_code == 202
    assert cli("accounts", "maintenance", "purge-orgs").strip() == "0 organizations deleted."

    with psycopg.connect(service.owner_url) as owner:
        owner.execute(
            "UPDATE accounts.organizations SET deletes_at = now() WHERE id = %s", [organization_id]
        )
    assert cli("accounts", "maintenance", "purge-orgs").strip() == "1 organizations deleted."

    with psycopg.connect(service.owner_url) as owner:
        tables = owner.execute(
            """
            SELECT table_schema, table_name FROM information_schema.columns
             WHERE column_name = 'organization_id' AND table_name <> 'audit_events'
            """
        ).fetchall()
        for schema, table in tables:
            query = sql.SQL("SELECT 1 FROM {} WHERE organization_id = %s").format(
                sql.Identifier(schema, table)
            )
            assert owner.execute(query, [organization_id]).fetchone() is None, table
    assert ada.http.get("/v1/me").status_code == 200
