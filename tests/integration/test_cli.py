"""The same at a terminal: over the same use cases, beside the running service."""

import json
from pathlib import Path
from uuid import uuid4

from tests.factories import PASSWORD
from tests.integration.service import Service


def test_a_person_gets_from_sign_up_to_membership_at_a_terminal(service: Service) -> None:
    ada = service.person()
    slug = f"engines-{uuid4().hex[:8]}"
    bob = f"{uuid4().hex}@example.com"
    service.cli("accounts", "orgs", "create", "Engines", "--owner", ada.email, "--slug", slug)

    service.cli("accounts", "register", bob, "--stdin", stdin=f"{PASSWORD}\n")
    token = service.mailed_token(bob, "/verify-email")
    service.cli("accounts", "verify-email", "--stdin", stdin=f"{token}\n")
    pair = json.loads(service.cli("accounts", "login", bob, "--stdin", stdin=f"{PASSWORD}\n"))
    service.cli("accounts", "invitations", "send", slug, bob)
    invitation = service.mailed_token(bob, "/accept-invitation")
    access = ["--access-token", pair["access_token"]]
    service.cli("accounts", "accept-invitation", *access, "--stdin", stdin=f"{invitation}\n")
    refreshed = json.loads(
        service.cli("accounts", "refresh", "--stdin", stdin=f"{pair['refresh_token']}\n")
    )

    members = json.loads(service.cli("accounts", "members", "list", slug, "--json"))
    assert {one["email"]: one["role"] for one in members} == {ada.email: "owner", bob: "member"}
    assert refreshed["session_id"] == pair["session_id"]
    assert refreshed["refresh_token"] != pair["refresh_token"]
    service.cli("accounts", "sessions", "revoke", bob, pair["session_id"], "--yes")
    assert "session_revoked" in service.cli("accounts", "me", *access, expect=1)


def test_people_are_listed_as_json(service: Service) -> None:
    ada = service.person()

    found = json.loads(service.cli("accounts", "users", "list", "--email", ada.email, "--json"))

    assert [one["email"] for one in found] == [ada.email]


def test_a_suspended_person_is_out_at_once_and_may_come_back(service: Service) -> None:
    ada = service.person()

    service.cli("accounts", "users", "suspend", ada.email, "--yes")
    assert ada.http.get("/v1/me").status_code == 401
    login = {"email": ada.email, "password": PASSWORD}
    assert ada.http.post("/v1/auth/login", json=login).json()["code"] == "account_suspended"

    service.cli("accounts", "users", "reactivate", ada.email)
    ada.log_in()


def test_the_last_owner_is_not_suspended(service: Service) -> None:
    ada = service.person()
    ada.organization()

    assert "last_owner" in service.cli("accounts", "users", "suspend", ada.email, "--yes", expect=1)


def test_an_administrator_chooses_a_password_by_a_link(service: Service) -> None:
    email = f"{uuid4().hex}@example.com"

    link = service.cli("accounts", "create-admin", email).splitlines()[-1]

    body = {"token": link.partition("token=")[2], "new_password": PASSWORD}
    with service.client() as client:
        client.post("/v1/auth/password/reset", json=body).raise_for_status()
        pair = client.post("/v1/auth/login", json={"email": email, "password": PASSWORD}).json()
    assert pair["user"]["platform_role"] == "operator"


def test_tokens_of_before_a_rotation_stay_good(service: Service) -> None:
    ada = service.person()

    assert "rotation_too_early" in service.cli("accounts", "keys", "rotate", expect=1)
    service.cli("accounts", "keys", "rotate", "--force")

    assert ada.http.get("/v1/me").status_code == 200
    ada.log_in()
    assert ada.http.get("/v1/me").status_code == 200


def test_refusals_and_wrong_usage_have_codes_of_their_own(service: Service) -> None:
    weak = service.cli(
        "accounts", "register", "a@example.com", "--stdin", expect=1, stdin="short\n"
    )
    assert "weak_password" in weak
    assert "user_not_found" in service.cli("accounts", "users", "show", "no@example.com", expect=1)
    service.cli("accounts", "users", "show", "no address", expect=2)
    service.cli("accounts", "users", "nonsense", expect=2)
    assert "--yes" in service.cli(
        "accounts", "users", "suspend", "a@example.com", expect=2, stdin=""
    )


def test_production_refuses_everything_unsafe_at_once(service: Service) -> None:
    unsafe = Service(service.folder, environment="production")

    said = unsafe.cli("serve", expect=2)

    for name in ("CORE_DATABASE_URL", "CORE_MAIL_URL", "CORE_SECRET_KEYS", "CORE_PUBLIC_URL"):
        assert name in said


def test_a_database_that_is_not_there_is_unavailable(service: Service) -> None:
    astray = Service(service.folder, database_url="postgresql://core_app@127.0.0.1:1/core")

    assert "unavailable" in astray.cli("accounts", "users", "list", expect=3)


def test_it_serves_from_memory_alone(tmp_path: Path) -> None:
    forgetful = Service(tmp_path)
    try:
        forgetful.start("--memory")
        with forgetful.client() as client:
            assert client.get("/.well-known/jwks.json").json()["keys"]
    finally:
        forgetful.__exit__(None, None, None)
    assert not (tmp_path / "data" / "postgres").exists()


def test_the_demo_can_be_asked_for_twice(service: Service) -> None:
    assert "11 members" in service.cli("demo")
    assert "already" in service.cli("demo")


def test_the_doctor_finds_a_healthy_service(service: Service) -> None:
    assert "fail  " not in service.cli("doctor")


def test_help_loads_nothing_heavy(service: Service) -> None:
    script = (
        "import sys; sys.argv = ['core-api', '--help']\n"
        "import entrypoints.cli.__main__ as cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'fastapi', 'psycopg', 'sqlalchemy', 'alembic', 'stripe', 'boto3', 'pydantic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    service.python("-c", script)
