"""The same at a terminal: over the same use cases, beside the running service."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import PASSWORD
from tests.integration.phone import Phone
from tests.integration.service import Service
from tests.integration.terminal import Terminal


@pytest.fixture
def cli(service: Service, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(service, monkeypatch)


@pytest.fixture
def ada(cli: Terminal) -> str:
    """Somebody with an account that nobody signs in to."""
    email = f"{uuid4().hex}@example.com"
    cli("accounts", "users", "create", email)
    return email


@pytest.fixture
def engines(cli: Terminal, ada: str) -> str:
    """An organization of theirs, by its slug."""
    slug = f"engines-{uuid4().hex[:8]}"
    cli("accounts", "orgs", "create", "Engines", "--owner", ada, "--slug", slug)
    return slug


def signed_in(cli: Terminal) -> dict[str, Any]:
    """Have somebody register, verify their address and sign in; return their tokens."""
    email = f"{uuid4().hex}@example.com"
    cli("accounts", "register", email, "--password-stdin", stdin=f"{PASSWORD}\n")
    token = cli.service.mailed_token(email, "/verify-email")
    cli("accounts", "verify-email", token)
    pair: dict[str, Any] = cli.json(
        "accounts", "login", email, "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    return pair


def test_a_person_gets_from_sign_up_to_membership_at_a_terminal(
    cli: Terminal, ada: str, engines: str
) -> None:
    pair = signed_in(cli)
    bob = pair["user"]["email"]
    with cli.service.client(headers={"Authorization": f"Bearer {pair['access_token']}"}) as client:
        assert client.get("/v1/me").json()["email"] == bob

    cli("accounts", "invitations", "send", engines, bob, "--role", "admin")
    invitation = cli.service.mailed_token(bob, "/accept-invitation")
    joined = cli.json(
        *("accounts", "accept-invitation", invitation, "--token-stdin", "--json"),
        stdin=f"{pair['access_token']}\n",
    )
    refreshed = cli.json("accounts", "refresh", pair["refresh_token"])
    members = cli.json("accounts", "members", "list", engines, "--json")

    assert (joined["slug"], joined["role"]) == (engines, "admin")
    assert refreshed["session_id"] == pair["session_id"]
    assert refreshed["refresh_token"] != pair["refresh_token"]
    assert {one["email"]: one["role"] for one in members} == {ada: "owner", bob: "admin"}
    [session] = cli.json("accounts", "sessions", "list", bob, "--json")
    cli("accounts", "sessions", "revoke", session["id"], "--yes")
    access = f"{refreshed['access_token']}\n"
    said = cli("accounts", "me", "--token-stdin", stdin=access, expect=1)
    assert "session_revoked" in said


def test_whoever_signs_out_is_out(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = signed_in(cli)
    monkeypatch.setenv("CORE_ACCESS_TOKEN", pair["access_token"])
    assert cli.json("accounts", "me", "--json")["email"] == pair["user"]["email"]

    cli("accounts", "logout", "--token-stdin", stdin=f"{pair['refresh_token']}\n")

    assert "session_revoked" in cli("accounts", "me", expect=1)


def test_a_second_step_is_asked_for_at_a_terminal_too(cli: Terminal) -> None:
    person = cli.service.person()
    phone = Phone(person)
    login = ("accounts", "login", person.email, "--password-stdin")

    for code in ([], ["--code", phone.wrong()]):
        said = cli(*login, *code, expect=1 if code else 2, stdin=f"{PASSWORD}\n")
        assert ("mfa_invalid_code" if code else "Code: the input has ended") in said
    by_code = cli.json(*login, stdin=f"{PASSWORD}\n{phone.code(1)}\n")
    by_recovery = cli.json(*login, "--code", phone.recovery_codes[0], stdin=f"{PASSWORD}\n")
    assert by_code["session_id"] != by_recovery["session_id"]

    assert "set one up anew" in cli("accounts", "users", "reset-mfa", person.email, "--yes")
    assert cli.json(*login, stdin=f"{PASSWORD}\n")["user"]["mfa_enabled"] is False
    assert "totp_not_enabled" in cli(
        "accounts", "users", "reset-mfa", person.email, "--yes", expect=1
    )
    cli.service.wait_for_mail(person.email, "took the second step off")


def test_one_signs_in_by_mail_at_a_terminal(cli: Terminal) -> None:
    person = cli.service.person()
    asked = cli.json("accounts", "mail-login", person.email)
    token = cli.service.mailed_token(person.email, "/mail-login")
    text = cli.service.wait_for_mail(person.email, token)
    [code] = re.findall(r": ([0-9]{6})\s*$", text, re.MULTILINE)

    shown = ("--challenge", asked["challenge_token"], "--mailed-code", code)
    pair = cli.json("accounts", "mail-login", *shown)

    assert pair["user"]["email"] == person.email
    said = cli("accounts", "mail-login", "--token", token, expect=1)
    assert "token_invalid_or_expired" in said


def test_people_are_listed_as_json_and_page_by_page(cli: Terminal, ada: str) -> None:
    found = cli.json("accounts", "users", "list", "--email", ada.upper()[:12], "--json")
    newest = cli.json("accounts", "users", "list", "--json", "--limit", "1")

    assert [one["email"] for one in found] == [ada]
    assert [one["email"] for one in newest] == [ada]
    assert cli.json("accounts", "users", "show", ada, "--json")["email_verified"] is False
    header, row = cli("accounts", "users", "list", "--email", ada).splitlines()
    assert header.split()[:2] == ["id", "email"]
    assert ada in row


def test_a_suspended_person_is_out_at_once_and_may_come_back(cli: Terminal) -> None:
    person = cli.service.person()

    cli("accounts", "users", "suspend", person.email, "--yes")
    assert person.http.get("/v1/me").status_code == 401
    login = {"email": person.email, "password": PASSWORD}
    assert person.http.post("/v1/auth/login", json=login).json()["code"] == "account_suspended"

    cli("accounts", "users", "reactivate", person.email)
    person.log_in()


def test_the_last_owner_is_not_suspended(cli: Terminal, ada: str, engines: str) -> None:
    said = cli("accounts", "users", "suspend", ada, "--yes", expect=1)

    assert "last_owner" in said
    assert engines in said


def test_an_administrator_chooses_a_password_by_a_link(cli: Terminal) -> None:
    email = f"{uuid4().hex}@example.com"

    link = cli("accounts", "create-admin", email).splitlines()[-1]

    body = {"token": link.partition("token=")[2], "new_password": PASSWORD}
    with cli.service.client() as client:
        client.post("/v1/auth/password/reset", json=body).raise_for_status()
        pair = client.post("/v1/auth/login", json={"email": email, "password": PASSWORD}).json()
    assert pair["user"]["platform_role"] == "operator"
    shown = cli.json("accounts", "users", "reset-password", email, "--json")
    assert shown["link"].startswith("http")
    assert cli.json("accounts", "users", "grant-role", email, "none", "--json")["id"]


def test_an_organization_is_run_at_a_terminal(cli: Terminal, ada: str, engines: str) -> None:
    bob = f"{uuid4().hex}@example.com"
    sent = cli.json("accounts", "invitations", "send", engines, bob, "--json")
    cli("accounts", "invitations", "resend", engines, sent["id"])
    cli("accounts", "invitations", "revoke", engines, sent["id"], "--yes")

    [invited] = cli.json("accounts", "invitations", "list", engines, "--json")
    shown = cli.json("accounts", "orgs", "show", invited["organization_id"], "--json")
    events = cli.json("accounts", "audit", "tail", engines, "--json")
    lines = cli("accounts", "audit", "export", engines).splitlines()

    assert invited["status"] == "revoked"
    assert shown["slug"] == engines
    assert engines in cli("accounts", "orgs", "list")
    assert [one["action"] for one in events] == [
        "invitation.revoked",
        "invitation.resent",
        "invitation.created",
        "org.created",
    ]
    assert [json.loads(line)["id"] for line in lines] == [one["id"] for one in events]
    only = cli("accounts", "audit", "tail", engines, "--action", "org.created").splitlines()
    assert len(only) == 2
    refused = cli("accounts", "members", "remove", engines, ada, "--yes", expect=1)
    assert "last_owner" in refused
    demoted = cli("accounts", "members", "set-role", engines, ada, "member", expect=1)
    assert "last_owner" in demoted


def test_tokens_of_before_a_rotation_stay_good(cli: Terminal) -> None:
    person = cli.service.person()

    assert "rotation_too_early" in cli("accounts", "keys", "rotate", expect=1)
    keys = cli.json("accounts", "keys", "rotate", "--force", "--json")

    assert {key["state"] for key in keys} == {"current", "next", "previous"}
    assert person.http.get("/v1/me").status_code == 200
    person.log_in()
    assert person.http.get("/v1/me").status_code == 200
    assert "rows forgotten" in cli("accounts", "maintenance", "purge-expired")


def test_what_a_rule_refuses_ends_with_1(cli: Terminal, engines: str) -> None:
    somebody = f"{uuid4().hex}@example.com"
    nothing = "019a1f6e-0000-7000-8000-000000000000"
    weak = cli("accounts", "register", somebody, "--password-stdin", stdin="short\n", expect=1)

    assert "weak_password" in weak
    assert "short" not in weak
    for arguments, code in (
        (("users", "show", somebody), "user_not_found"),
        (("users", "show", nothing), "user_not_found"),
        (("orgs", "show", "no-such-slug"), "organization_not_found"),
        (("members", "list", nothing), "organization_not_found"),
        (("sessions", "revoke", nothing, "--yes"), "session_not_found"),
        (("invitations", "revoke", engines, nothing, "--yes"), "invitation_not_found"),
        (("invitations", "send", engines, somebody, "--role", "emperor"), "#/role: Use one of"),
        (("users", "list", "--cursor", "nonsense"), "invalid_cursor"),
        (("verify-email", "nonsense"), "token_invalid_or_expired"),
    ):
        assert code in cli("accounts", *arguments, expect=1)
    assert "job_not_found" in cli("jobs", "retry", "4000000000", expect=1)


def test_wrong_usage_ends_with_2(cli: Terminal) -> None:
    assert "email" in cli("accounts", "users", "show", "no address", expect=2)
    assert "email" in cli("accounts", "register", "no address", "--stdin", expect=2, stdin="x\n")
    assert "session_id" in cli("accounts", "sessions", "revoke", "no-id", "--yes", expect=2)
    assert "--yes" in cli("accounts", "users", "suspend", "ada@example.com", expect=2)
    assert "input has ended" in cli("accounts", "login", "a@example.com", "--stdin", expect=2)


def test_a_database_that_is_not_there_ends_with_3(
    cli: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORE_DATABASE_URL", "postgresql://core_app@127.0.0.1:1/core")

    assert "unavailable" in cli("accounts", "users", "list", expect=3)
    assert "unavailable" in cli("db", "migrate", expect=3)


def test_a_database_that_is_not_migrated_says_what_to_do(
    cli: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORE_DATA_DIR", str(tmp_path))

    assert "core-api db migrate" in cli("accounts", "users", "list", expect=3)
    assert "core-api db migrate" in cli("db", "current", expect=3)
    assert "core-api db migrate" in cli("doctor", expect=3)


def test_production_refuses_everything_unsafe_at_once(service: Service) -> None:
    unsafe = Service(service.folder, environment="production")

    said = unsafe.cli("serve", expect=2)

    for name in ("CORE_DATABASE_URL", "CORE_MAIL_URL", "CORE_SECRET_KEYS", "CORE_PUBLIC_URL"):
        assert name in said


def test_people_sign_up_in_a_service_that_keeps_everything_in_memory(tmp_path: Path) -> None:
    forgetful = Service(tmp_path)
    try:
        forgetful.start("--memory")
        ada = forgetful.person()
        assert ada.http.get("/v1/me").json()["email"] == ada.email
        assert ada.email in ada.http.get("/dev/mails").text
        assert ada.email in forgetful.cli("mails", "list")
        first = re.search(
            r"^http\S+/reset-password\?token=(\S+)$", forgetful.log.read_text(), re.MULTILINE
        )
        assert first is not None
        body = {"token": first[1], "new_password": PASSWORD}
        ada.http.post("/v1/auth/password/reset", json=body).raise_for_status()
    finally:
        forgetful.__exit__(None, None, None)
    assert not (tmp_path / "data" / "postgres").exists()


def test_memory_is_for_one_process_of_a_developer(tmp_path: Path) -> None:
    production = {
        "environment": "production",
        "database_url": "postgresql://core_app@127.0.0.1/core",
        "mail_url": "smtp://127.0.0.1",
        "secret_keys": "0123456789abcdef" * 2,
        "public_url": "https://api.example.com",
        "s3_bucket": "files",
    }

    many = Service(tmp_path).cli("serve", "--memory", "--workers", "2", expect=2)
    real = Service(tmp_path, **production).cli("serve", "--memory", expect=2)

    assert many == real == "--memory is for development, and for one process alone.\n"


def test_the_demo_can_be_asked_for_twice(cli: Terminal) -> None:
    made = cli("demo")
    link = next(line for line in made.splitlines() if line.startswith("http"))

    assert "12 members and 2 open invitations" in made
    assert "already" in cli("demo")
    members = cli.json("accounts", "members", "list", "analytical-engines", "--json")
    assert len({one["role"] for one in members}) == 5
    body = {"token": link.partition("token=")[2], "new_password": PASSWORD}
    with cli.service.client() as client:
        client.post("/v1/auth/password/reset", json=body).raise_for_status()
        login = {"email": "ada@example.com", "password": PASSWORD}
        assert client.post("/v1/auth/login", json=login).status_code == 200


def test_the_doctor_finds_a_healthy_service(cli: Terminal) -> None:
    found = cli.json("doctor", "--json")

    looked_at = {one["about"] for one in found if one["level"] in {"ok", "warn"}}
    assert looked_at == {one["about"] for one in found}
    assert looked_at >= {
        *("settings", "database", "migrations", "role"),
        *("clock", "keys", "jobs", "passwords", "mail"),
    }
    assert "Something needs care" in cli("doctor", "--strict", expect=3)


def test_the_doctor_looks_at_the_rest_when_something_is_broken(
    cli: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORE_DATABASE_URL", "postgresql://core_app@127.0.0.1:1/core")
    monkeypatch.setenv("CORE_MAIL_URL", "smtp://127.0.0.1:1")

    said = cli("doctor", expect=3)

    assert "not answering" in said
    assert "127.0.0.1:1 is out of reach" in said
    assert "hashing one takes" in said


def test_psql_opens_as_the_owner_or_as_the_service(service: Service) -> None:
    asked = "SELECT current_user, count(*) FROM accounts.organizations;"

    assert "core_owner" in service.cli("db", "psql", stdin=asked)
    assert "core_app" in service.cli("db", "psql", "--app", stdin=asked)
