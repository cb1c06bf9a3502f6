"""An organization makes roles of its own, and they count from the next request on."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from core.accounts import constants
from core.billing import constants as billing
from core.management.collections import constants as collections
from core.management.flags import constants as flags
from core.management.records import constants as records
from core.management.settings import constants as settings
from core.stats import constants as stats
from core.storage import constants as storage
from core.webhooks import constants as webhooks
from tests.integration.service import Person, Service


class Engines:
    """An organization, its owner and where its things are."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ada = service.person()
        self.id = self.ada.organization()
        self.at = f"/v1/organizations/{self.id}"

    def role(self, *permissions: str, key: str = "helper") -> dict[str, Any]:
        body = {"key": key, "name": key.title(), "permissions": permissions}
        answer = self.ada.http.post(f"{self.at}/roles", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def join(self, role: str = "helper") -> Person:
        bob = self.service.person()
        bob.accept(self.ada.invite(self.id, bob, role))
        return bob

    def set_role(self, person: Person, role: str) -> int:
        path = f"{self.at}/members/{person.tokens['user']['id']}"
        return self.ada.http.patch(path, json={"role": role}).status_code


@pytest.fixture
def engines(service: Service) -> Engines:
    return Engines(service)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_role_is_made_given_and_does_what_it_says_from_the_next_request_on(
    engines: Engines,
) -> None:
    made = engines.role("audit:read", "members:read")
    bob = engines.join()

    assert made["permissions"] == ["audit:read", "members:read"]
    assert bob.http.get(f"{engines.at}/audit-events").status_code == 200
    assert code(bob.http.get(f"{engines.at}/invitations")) == (403, "permission_denied")
    changes = {"permissions": ["invitations:read"]}
    engines.ada.http.patch(f"{engines.at}/roles/helper", json=changes).raise_for_status()
    assert bob.http.get(f"{engines.at}/invitations").status_code == 200
    assert code(bob.http.get(f"{engines.at}/audit-events")) == (403, "permission_denied")


def test_roles_are_listed_the_built_in_ones_first(engines: Engines) -> None:
    engines.role(key="zebra")
    engines.role(key="ant")

    items = engines.ada.http.get(f"{engines.at}/roles").json()["items"]
    registry = engines.ada.http.get("/v1/permissions").json()["items"]

    assert [one["key"] for one in items] == [*constants.SYSTEM_ROLES, "ant", "zebra"]
    assert [one["name"] for one in registry] == [
        one.name
        for module in (
            *(constants, storage, billing, webhooks, stats),
            *(flags, settings, collections, records),
        )
        for one in module.PERMISSIONS
    ]
    viewer = next(one for one in items if one["key"] == "viewer")
    assert viewer["permissions"] == sorted(
        one["name"] for one in registry if "viewer" in one["roles"]
    )


def test_nobody_overwrites_a_role_that_changed_since(engines: Engines) -> None:
    engines.role()
    path, ada = f"{engines.at}/roles/helper", engines.ada.http
    tag = ada.get(path).headers["etag"]

    answers = [
        ada.patch(path, json={"name": name}, headers={"If-Match": tag}) for name in ("A", "B")
    ]

    assert [one.status_code for one in answers] == [200, 412]
    assert answers[1].json()["current_etag"] == answers[0].headers["etag"] == '"2"'
    assert "etag" not in ada.get(f"{engines.at}/roles/owner").headers


def test_what_can_not_be_a_role_is_refused(engines: Engines) -> None:
    engines.role()
    ada, at = engines.ada.http, f"{engines.at}/roles"
    body = {"key": "other", "name": "Other", "permissions": ["moon:read", "audit:read"]}

    unknown = ada.post(at, json=body)

    assert code(unknown) == (422, "validation_failed")
    [error] = unknown.json()["errors"]
    assert (error["pointer"], error["code"]) == ("#/permissions/0", "unknown_permission")
    assert "moon:read" in error["detail"]
    for key in ("helper", "owner"):
        taken = ada.post(at, json={"key": key, "name": "X", "permissions": []})
        assert code(taken) == (409, "role_key_taken")
    assert code(ada.patch(f"{at}/admin", json={"name": "X"})) == (409, "role_built_in")
    assert code(ada.delete(f"{at}/admin")) == (409, "role_built_in")
    assert code(ada.delete(f"{at}/gone")) == (404, "role_not_found")
    assert ada.get(f"{at}/No%20Key").status_code == 422


def test_an_admin_makes_no_role_beyond_an_admin(engines: Engines) -> None:
    engines.role("organization:transfer", key="heir")
    admin = engines.join("admin").http
    beyond = {"name": "More", "permissions": ["organization:transfer"]}

    refused = [
        admin.post(f"{engines.at}/roles", json={"key": "more"} | beyond),
        admin.patch(f"{engines.at}/roles/heir", json={"name": "Mine"}),
        admin.post(f"{engines.at}/invitations", json={"email": "x@example.com", "role": "heir"}),
    ]

    assert {code(one) for one in refused} == {(403, "permission_denied")}
    fine = {"key": "fine", "name": "Fine", "permissions": ["members:write"]}
    assert admin.post(f"{engines.at}/roles", json=fine).status_code == 201


def test_a_role_is_removed_once_nobody_has_it(engines: Engines) -> None:
    engines.role("members:read")
    bob, path = engines.join(), f"{engines.at}/roles/helper"

    assert code(engines.ada.http.delete(path)) == (409, "role_in_use")
    assert engines.set_role(bob, "member") == 200
    assert engines.ada.http.delete(path).status_code == 204
    assert engines.set_role(bob, "helper") == 422


def test_a_role_is_kept_for_whom_a_single_sign_on_will_bring(engines: Engines) -> None:
    engines.role()
    with psycopg.connect(engines.service.owner_url) as owner:
        owner.execute(
            """
            INSERT INTO accounts.sso_connections (
                id, organization_id, name, issuer, client_id, client_secret_box,
                client_authentication, scopes, email_claim, trusts_email, jit_enabled,
                default_role, enabled, created_at, updated_at, version
            ) VALUES (
                %(id)s, %(at)s, 'Idp', 'https://idp.example.com', 'x', '', 'client_secret_basic',
                'openid', 'email', false, true, 'helper', true, now(), now(), 1
            )
            """,
            {"id": uuid4(), "at": engines.id},
        )

    assert code(engines.ada.http.delete(f"{engines.at}/roles/helper")) == (409, "role_in_use")


@pytest.mark.parametrize("how", ["member", "invitation", "api key"])
def test_a_role_that_is_given_and_removed_at_once_is_one_of_both(
    engines: Engines, how: str
) -> None:
    ada, at = engines.ada.http, engines.at
    bob = engines.join("member")
    member = f"{at}/members/{bob.tokens['user']['id']}"
    outcomes: Counter[tuple[int, int]] = Counter()

    def give(key: str) -> int:
        if how == "member":
            return ada.patch(member, json={"role": key}).status_code
        if how == "invitation":
            invite = {"email": f"{uuid4().hex}@example.com", "role": key}
            return ada.post(f"{at}/invitations", json=invite).status_code
        body: dict[str, Any] = {
            "name": "x",
            "scopes": ["members:read"],
            "service": True,
            "role": key,
        }
        return ada.post(f"{at}/api-keys", json=body).status_code

    with ThreadPoolExecutor(2) as threads:
        for number in range(12):
            key = f"helper-{number}"
            engines.role("members:read", key=key)
            removed = threads.submit(ada.delete, f"{at}/roles/{key}")
            given = threads.submit(give, key)
            outcomes[removed.result().status_code, given.result()] += 1

    named = 200 if how == "member" else 201
    assert outcomes.keys() <= {(204, 422), (409, named)}
    with psycopg.connect(engines.service.owner_url) as owner:
        lost = owner.execute(
            """
            SELECT role FROM (
                SELECT organization_id, role FROM accounts.memberships
                 UNION ALL SELECT organization_id, role FROM accounts.invitations
                 UNION ALL SELECT organization_id, role FROM accounts.api_keys
            ) AS named
             WHERE organization_id = %(at)s AND role LIKE 'helper-%%' AND NOT EXISTS (
                SELECT 1 FROM accounts.roles AS r
                 WHERE r.organization_id = named.organization_id AND r.key = named.role
             )
            """,
            {"at": engines.id},
        ).fetchall()
    assert lost == []
