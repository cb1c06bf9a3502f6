"""Roles and API keys at a terminal."""

import json
from uuid import uuid4

import pytest

from tests.integration.service import Service
from tests.integration.terminal import Terminal


@pytest.fixture
def cli(service: Service, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(service, monkeypatch)


@pytest.fixture
def engines(cli: Terminal) -> str:
    """An organization by its slug."""
    email, slug = f"{uuid4().hex}@example.com", f"engines-{uuid4().hex[:8]}"
    cli("accounts", "users", "create", email)
    cli("accounts", "orgs", "create", "Engines", "--owner", email, "--slug", slug)
    return slug


def test_roles_are_made_changed_and_removed(cli: Terminal, engines: str) -> None:
    permissions = ("--permission", "audit:read", "--permission", "members:read")
    made = cli.json("accounts", "roles", "create", engines, "auditor", *permissions, "--json")
    renamed = cli.json(
        "accounts", "roles", "update", engines, "auditor", "--name", "Auditors", "--json"
    )
    narrowed = cli.json(
        *("accounts", "roles", "update", engines, "auditor"),
        *("--permission", "audit:read", "--json"),
    )

    assert (made["name"], made["permissions"]) == ("auditor", ["audit:read", "members:read"])
    assert (renamed["name"], renamed["permissions"]) == ("Auditors", made["permissions"])
    assert (narrowed["name"], narrowed["permissions"]) == ("Auditors", ["audit:read"])
    listed = cli("accounts", "roles", "list", engines).splitlines()
    assert listed[-1].split() == ["auditor", "Auditors", "no", "audit:read"]
    cli("accounts", "roles", "delete", engines, "auditor", "--yes")
    said = cli("accounts", "roles", "delete", engines, "auditor", "--yes", expect=1)
    assert "role_not_found" in said


def test_what_can_not_be_a_role_is_explained(cli: Terminal, engines: str) -> None:
    unknown = ("create", engines, "x", "--permission", "moon:read")

    assert "There is no permission moon:read." in cli("accounts", "roles", *unknown, expect=1)
    assert "role_key_taken" in cli("accounts", "roles", "create", engines, "owner", expect=1)
    assert "role_built_in" in cli(
        "accounts", "roles", "delete", engines, "owner", "--yes", expect=1
    )


def test_permissions_are_listed(cli: Terminal) -> None:
    found = {one["name"]: one for one in cli.json("accounts", "permissions", "--json")}

    assert found["organization:transfer"]["roles"] == ["owner"]
    assert "members:read" in cli("accounts", "permissions")


def test_a_key_of_a_service_is_made_works_and_is_revoked(
    cli: Terminal, engines: str, service: Service
) -> None:
    made = cli.json(
        *("accounts", "api-keys", "create", engines, "deploy", "--scope", "members:read"),
        *("--role", "viewer", "--expires", "2030-12-31", "--json"),
    )
    organization = cli.json("accounts", "orgs", "show", engines, "--json")["id"]
    with service.client(headers={"Authorization": f"Bearer {made['key']}"}) as program:
        before = program.get(f"/v1/organizations/{organization}/members")
        listed = cli.json("accounts", "api-keys", "list", engines, "--json")
        cli("accounts", "api-keys", "revoke", engines, made["id"], "--yes")
        after = program.get(f"/v1/organizations/{organization}/members")

    assert (before.status_code, after.status_code) == (200, 401)
    assert (made["role"], made["expires_at"]) == ("viewer", "2030-12-31T00:00:00Z")
    assert [(one["id"], one["service"]) for one in listed] == [(made["id"], True)]
    assert made["key"] not in json.dumps(listed)
    said = cli("accounts", "api-keys", "revoke", engines, made["id"], "--yes", expect=1)
    assert "api_key_not_found" in said


def test_a_service_gets_no_scope_beyond_its_role(cli: Terminal, engines: str) -> None:
    wanted = ("create", engines, "deploy", "--scope", "members:write")

    assert "permission_denied" in cli("accounts", "api-keys", *wanted, expect=1)
