"""Programs ask with API keys: the happy way, and what they must not get."""

from base64 import urlsafe_b64decode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from core.accounts import constants as accounts
from core.accounts.api_keys import keys
from core.billing import constants as billing
from core.management.collections import constants as collections
from core.management.flags import constants as flags
from core.management.records import constants as records
from core.management.settings import constants as settings
from core.stats import constants as stats
from core.storage import constants as storage
from tests.integration.service import Person, Service

VIEWER = sorted(
    one.name
    for module in (accounts, storage, billing, stats, flags, settings, collections, records)
    for one in module.PERMISSIONS
    if "viewer" in one.roles
)
"""What a viewer may: whoever invites one must be allowed all of it."""


class Engines:
    """An organization, its owner, and programs that ask with their keys."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ada = service.person()
        self.id = self.ada.organization()
        self.at = f"/v1/organizations/{self.id}"

    def make(self, *scopes: str, by: Person | None = None, **fields: Any) -> dict[str, Any]:
        body = {"name": "deploy", "scopes": scopes or ["members:read"]} | fields
        answer = (by or self.ada).http.post(f"{self.at}/api-keys", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["cache-control"] == "no-store"
        made: dict[str, Any] = answer.json()
        return made

    def program(self, key: str) -> httpx.Client:
        return self.service.client(headers={"Authorization": f"Bearer {key}"})

    def join(self, role: str) -> Person:
        bob = self.service.person()
        bob.accept(self.ada.invite(self.id, bob, role))
        return bob

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Look into the database, or reach into it, as the owner of its tables."""
        with psycopg.connect(self.service.owner_url) as owner:
            done = owner.execute(statement.encode(), values)
            return done.fetchall() if done.description else []


@pytest.fixture
def engines(service: Service) -> Engines:
    return Engines(service)


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


# --- The happy way --------------------------------------------------------------------------------


def test_a_program_does_what_its_key_says_and_nothing_else(engines: Engines) -> None:
    made = engines.make("members:read", "invitations:write")
    program = engines.program(made["key"])

    members = program.get(f"{engines.at}/members")
    invited = program.post(f"{engines.at}/invitations", json={"email": "x@example.com"})

    assert [one["email"] for one in members.json()["items"]] == [engines.ada.email]
    assert invited.status_code == 403  # the role of a member may do more than this key
    assert code(program.get(f"{engines.at}/invitations")) == (403, "permission_denied")
    assert code(program.get("/v1/me")) == (403, "permission_denied")
    assert code(program.get(engines.at)) == (403, "permission_denied")
    assert program.get("/v1/permissions").status_code == 200
    created = engines.sql(
        "SELECT actor_kind, actor_id FROM core.audit_events WHERE target_id = %s", made["id"]
    )
    assert [kind for kind, _ in created] == ["user"]


def test_what_a_program_did_is_written_down_as_its_own(engines: Engines) -> None:
    scopes = ["invitations:write", *VIEWER]
    made = engines.make(*scopes)
    program = engines.program(made["key"])

    invited = program.post(
        f"{engines.at}/invitations", json={"email": "x@example.com", "role": "viewer"}
    )

    assert invited.status_code == 201, invited.text
    [row] = engines.sql(
        "SELECT actor_kind, actor_id::text, session_id FROM core.audit_events WHERE target_id = %s",
        invited.json()["id"],
    )
    assert row == ("api_key", made["id"], None)


def test_keys_are_listed_without_their_secret_and_with_their_last_use(engines: Engines) -> None:
    own = engines.make()
    of_service = engines.make(service=True)
    assert engines.program(own["key"]).get(f"{engines.at}/members").status_code == 200

    listed = engines.ada.http.get(f"{engines.at}/api-keys").json()["items"]

    assert [one["id"] for one in listed] == [of_service["id"], own["id"]]
    assert [(one["service"], one["role"]) for one in listed] == [(True, "member"), (False, None)]
    assert [one["user_id"] for one in listed] == [None, engines.ada.tokens["user"]["id"]]
    assert [one["last_used_at"] is None for one in listed] == [True, False]
    assert not any("key" in one for one in listed)


# --- Refused --------------------------------------------------------------------------------------


def test_what_a_key_can_not_be_for_is_refused(engines: Engines) -> None:
    admin = engines.join("admin").http
    make = f"{engines.at}/api-keys"

    unknown = admin.post(make, json={"name": "x", "scopes": ["moon:read"]})
    beyond = admin.post(make, json={"name": "x", "scopes": ["organization:transfer"]})
    past = admin.post(
        make, json={"name": "x", "scopes": ["members:read"], "expires_at": "2020-01-01T00:00:00Z"}
    )
    far = admin.post(
        make,
        json={"name": "x", "scopes": ["members:read"], "expires_at": "9999-12-31T23:59:59-12:00"},
    )

    assert code(unknown) == (422, "validation_failed")
    assert unknown.json()["errors"][0]["code"] == "unknown_permission"
    assert code(beyond) == (403, "permission_denied")
    assert code(past) == code(far) == (422, "validation_failed")


def test_making_a_key_takes_a_person_who_proved_a_moment_ago_that_it_is_them(
    engines: Engines,
) -> None:
    everything = engines.make("api_keys:write", "members:read")
    body = {"name": "x", "scopes": ["members:read"]}

    by_program = engines.program(everything["key"]).post(f"{engines.at}/api-keys", json=body)
    session = engines.ada.tokens["session_id"]
    engines.sql(
        "UPDATE accounts.sessions SET authenticated_at = now() - interval '11 min' WHERE id = %s",
        session,
    )
    stale = engines.ada.http.post(f"{engines.at}/api-keys", json=body)

    assert code(by_program) == (403, "permission_denied")
    assert code(stale) == (403, "reauthentication_required")


def test_a_key_opens_no_other_organization(engines: Engines) -> None:
    other = engines.ada.organization()
    program = engines.program(engines.make()["key"])

    for organization_id in (other, str(uuid4())):
        answer = program.get(f"/v1/organizations/{organization_id}/members")
        assert code(answer) == (404, "organization_not_found")


def test_a_revoked_or_expired_key_is_dead_at_once(engines: Engines) -> None:
    revoked, expired = engines.make(), engines.make(expires_at="2030-01-01T00:00:00Z")
    programs = [engines.program(one["key"]) for one in (revoked, expired)]
    assert all(one.get(f"{engines.at}/members").status_code == 200 for one in programs)

    path = f"{engines.at}/api-keys/{revoked['id']}"
    assert engines.ada.http.delete(path).status_code == 204
    assert code(engines.ada.http.delete(path)) == (404, "api_key_not_found")
    engines.sql("UPDATE accounts.api_keys SET expires_at = now() WHERE id = %s", expired["id"])

    answers = [one.get(f"{engines.at}/members") for one in programs]
    assert [code(one) for one in answers] == [(401, "token_invalid"), (401, "token_expired")]
    assert {one.headers["www-authenticate"] for one in answers} == {"Bearer"}


@pytest.mark.parametrize(
    "token",
    [
        b"cak_",
        b"cak_" + b"A" * 70,
        b"cak_" + b"A" * 20_000,
        b"cak_\xff\xfe",
        b"cak_../../x",
        keys.make(uuid4()).encode(),
        keys.make(uuid4()).encode() + b"=",
        keys.make(uuid4()).lower().encode(),
    ],
    ids=range(8),
)
def test_no_made_up_key_is_taken_for_one(service: Service, token: bytes) -> None:
    with service.client() as client:
        answer = client.get("/v1/permissions", headers={b"Authorization": b"Bearer " + token})

        assert code(answer) == (401, "token_invalid")


def test_a_key_narrows_and_rests_with_its_owner(engines: Engines, service: Service) -> None:
    bob = engines.join("admin")
    key = engines.make("members:read", "invitations:read", by=bob)["key"]
    of_service = engines.make("members:read", by=bob, service=True)["key"]
    program, machine = engines.program(key), engines.program(of_service)
    member = f"{engines.at}/members/{bob.tokens['user']['id']}"
    assert program.get(f"{engines.at}/invitations").status_code == 200

    engines.ada.http.patch(member, json={"role": "viewer"}).raise_for_status()
    assert code(program.get(f"{engines.at}/invitations")) == (403, "permission_denied")
    assert program.get(f"{engines.at}/members").status_code == 200
    service.cli("accounts", "users", "suspend", bob.email, "--yes")
    assert code(program.get(f"{engines.at}/members")) == (401, "api_key_suspended")
    service.cli("accounts", "users", "reactivate", bob.email)
    assert program.get(f"{engines.at}/members").status_code == 200
    engines.ada.http.delete(member).raise_for_status()
    assert code(program.get(f"{engines.at}/members")) == (401, "api_key_suspended")
    assert machine.get(f"{engines.at}/members").status_code == 200


def test_enforced_single_sign_on_binds_keys_of_people(engines: Engines) -> None:
    outside, within, of_service = engines.make(), engines.make(), engines.make(service=True)
    engines.sql("UPDATE accounts.api_keys SET through_sso = true WHERE id = %s", within["id"])
    engines.sql("UPDATE accounts.organizations SET sso_enforced = true WHERE id = %s", engines.id)

    answers = [
        engines.program(one["key"]).get(f"{engines.at}/members")
        for one in (outside, within, of_service)
    ]

    assert code(answers[0]) == (403, "sso_required")
    assert [one.status_code for one in answers[1:]] == [200, 200]


def test_a_members_keys_are_theirs_and_of_who_may_end_all(engines: Engines) -> None:
    bob, eve = engines.join("admin"), engines.join("viewer")
    made = engines.make(by=bob)
    path = f"{engines.at}/api-keys/{made['id']}"

    assert eve.http.get(f"{engines.at}/api-keys").json()["items"] == []
    assert code(eve.http.delete(path)) == (404, "api_key_not_found")
    assert code(eve.http.post(f"{engines.at}/api-keys", json={"name": "x", "scopes": ["a:b"]})) == (
        403,
        "permission_denied",
    )
    assert engines.ada.http.delete(path).status_code == 204


# --- At once --------------------------------------------------------------------------------------


def test_a_key_is_revoked_once(engines: Engines) -> None:
    path = f"{engines.at}/api-keys/{engines.make()['id']}"

    with ThreadPoolExecutor(10) as threads:
        asked = threads.map(lambda _: engines.ada.http.delete(path).status_code, range(10))

    assert Counter(asked) == {204: 1, 404: 9}


def test_a_use_is_written_once_a_minute_however_many_there_are(engines: Engines) -> None:
    made = engines.make()
    program = engines.program(made["key"])
    row = "SELECT xmin::text, last_used_at FROM accounts.api_keys WHERE id = %s"

    with ThreadPoolExecutor(10) as threads:
        asked = threads.map(lambda _: program.get(f"{engines.at}/members").status_code, range(40))

    assert Counter(asked) == {200: 40}
    first = engines.sql(row, made["id"])
    assert program.get(f"{engines.at}/members").status_code == 200
    assert engines.sql(row, made["id"]) == first
    engines.sql(
        "UPDATE accounts.api_keys SET last_used_at = now() - interval '61 s' WHERE id = %s",
        made["id"],
    )
    assert program.get(f"{engines.at}/members").status_code == 200
    assert engines.sql(row, made["id"])[0][1] > first[0][1]


def test_programs_do_not_get_each_others_answers(engines: Engines) -> None:
    scopes = ["invitations:write", *VIEWER]
    one, other = (
        engines.program(engines.make(*scopes, service=True, role="admin")["key"]) for _ in range(2)
    )
    body, again = {"email": "x@example.com", "role": "viewer"}, {"Idempotency-Key": uuid4().hex}

    answers = [
        asking.post(f"{engines.at}/invitations", json=body, headers=again)
        for asking in (one, one, other)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[1].headers["idempotency-replayed"] == "true"


# --- What is kept ---------------------------------------------------------------------------------


def test_a_key_is_in_no_table_and_no_log(engines: Engines, service: Service) -> None:
    again = {"Idempotency-Key": uuid4().hex}
    body = {"name": "deploy", "scopes": ["members:read"]}
    key = engines.ada.http.post(f"{engines.at}/api-keys", json=body, headers=again).json()["key"]
    assert engines.program(key).get(f"{engines.at}/members").status_code == 200

    tables = engines.sql(
        """
        SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname IN ('core', 'accounts', 'jobs')
        """
    )
    assert len(tables) > 15
    secret = key.removeprefix("cak_")
    raw = urlsafe_b64decode(f"{secret}==")[16:48].hex()
    for (table,) in tables:
        [(found,)] = engines.sql(
            f"""
            SELECT count(*) FROM {table} AS t
             WHERE strpos(t::text, %s) > 0 OR strpos(t::text, %s) > 0
            """,  # noqa: S608
            *(secret[22:66], raw),
        )
        assert found == 0, table
    assert secret[22:66] not in service.log.read_text()


# --- Introspection --------------------------------------------------------------------------------


def test_a_product_asks_whose_token_it_is(engines: Engines) -> None:
    key = engines.make("auth:introspect", service=True, role="admin")["key"]
    product, bob, stranger = engines.program(key), engines.join("viewer"), engines.service.person()
    access = bob.tokens["access_token"]

    told = product.post("/v1/auth/introspect", json={"token": access}).json()
    unknown = [
        product.post("/v1/auth/introspect", json={"token": token})
        for token in ("", "x", stranger.tokens["access_token"], bob.tokens["refresh_token"])
    ]

    assert told["active"] is True
    assert (told["sub"], told["sid"]) == (bob.tokens["user"]["id"], bob.tokens["session_id"])
    assert (told["organization_id"], told["role"]) == (engines.id, "viewer")
    assert told["permissions"] == VIEWER
    assert {"client_id", "exp", "iat", "auth_time", "amr"} <= told.keys()
    assert [(one.status_code, one.json()) for one in unknown] == [(200, {"active": False})] * 4
    bob.http.post("/v1/auth/logout").raise_for_status()
    dead = product.post("/v1/auth/introspect", json={"token": access})
    assert dead.json() == {"active": False}


def test_a_person_says_for_which_organization_they_ask(engines: Engines) -> None:
    bob = engines.join("viewer")
    token = {"token": engines.ada.tokens["access_token"]}
    named = token | {"organization_id": engines.id}
    stranger = engines.service.person().http

    assert engines.ada.http.post("/v1/auth/introspect", json=named).json()["role"] == "owner"
    assert engines.ada.http.post("/v1/auth/introspect", json=token).status_code == 404
    assert code(bob.http.post("/v1/auth/introspect", json=named)) == (403, "permission_denied")
    assert code(stranger.post("/v1/auth/introspect", json=named)) == (404, "organization_not_found")


def test_a_product_asks_in_no_organization_but_its_own(engines: Engines) -> None:
    product = engines.program(engines.make("auth:introspect")["key"])
    other = engines.ada.organization()
    body = {"token": engines.ada.tokens["access_token"], "organization_id": other}

    assert code(product.post("/v1/auth/introspect", json=body)) == (404, "organization_not_found")
    body["organization_id"] = engines.id
    assert product.post("/v1/auth/introspect", json=body).json()["active"] is True
    nosy = engines.program(engines.make("members:read")["key"])
    assert code(nosy.post("/v1/auth/introspect", json=body)) == (403, "permission_denied")
