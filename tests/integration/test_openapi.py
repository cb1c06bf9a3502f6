"""What OpenAPI says is true: no undocumented answer, no 5xx, and a client made of it works."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tests.factories import PASSWORD
from tests.integration.service import EVERY_ROUTE, Person, Service

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

METHODS = {"get", "post", "put", "patch", "delete"}
ENDS_SESSIONS = {
    "auth.log_out",
    "me.revoke_other_sessions",
    "me.revoke_session",
    "me.change_password",
    "organizations.leave_organization",
    "organizations.transfer_ownership",
}
"""They would take away what the others are tried with, so they get a person of their own."""


@pytest.fixture(scope="module")
def ada(service: Service) -> Person:
    person = service.person()
    person.organization()
    return person


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    with service.client() as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
        return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    }


def test_every_operation_has_a_stable_name_and_a_summary(document: dict[str, Any]) -> None:
    count = sum(len(METHODS & path.keys()) for path in document["paths"].values())

    assert len(operations(document)) == count
    for name, operation in operations(document).items():
        tag, _, verb = name.partition(".")
        assert tag in operation["tags"]
        assert verb.isidentifier()
        assert operation["summary"]


def test_an_operation_says_whether_it_wants_a_token(document: dict[str, Any]) -> None:
    found = operations(document)

    assert found["me.get_me"]["security"] == [{"bearer": []}]
    assert "security" not in found["auth.log_in"]


def test_the_document_is_valid_and_every_reference_leads_somewhere(
    service: Service, document: dict[str, Any]
) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()

    text = json.dumps(document)
    for kind, name in set(re.findall(r'"#/components/(\w+)/([^"/]+)"', text)):
        assert name in document["components"][kind]
    assert "HTTPValidationError" not in text


def test_every_refusal_is_documented_as_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        answers = operation["responses"]
        assert {"400", "503"} <= answers.keys(), name
        assert ("401" in answers) or "security" not in operation, name
        for status, answer in answers.items():
            assert answer["description"], (name, status)
            if status >= "4":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_what_is_documented_as_open_to_anybody_is_meant_so(document: dict[str, Any]) -> None:
    found = operations(document)

    assert {name for name, one in found.items() if "security" not in one} == {
        "auth.register",
        "auth.verify_email",
        "auth.resend_verification",
        "auth.log_in",
        "auth.log_out",
        "auth.refresh",
        "auth.forgot_password",
        "auth.reset_password",
        "invitations.decline_invitation",
        "invitations.preview_invitation",
        "keys.get_jwks",
        "mfa.complete_challenge",
        "mail_login.request",
        "mail_login.verify",
        "passkeys.begin_login",
        "passkeys.log_in",
        "me.confirm_email_change",
        "privacy.restore_account",
        "sso.discover",
        "sso.authorize",
        "sso.answer",
        "sso.exchange",
        "public.get_public",
        "public.get_public_named",
        "signed.get_signed",
        "signed.put_signed",
        "scans.record_scan_result",
        "plans.list_plans",
        "webhooks.receive_event",
    }


def test_nothing_that_the_document_forbids_is_accepted(service: Service) -> None:
    """Every boundary of every schema, every method that is not there, no token or a wrong one."""
    bob = service.person()
    bob.organization()
    tool = Path(sys.executable).with_name("schemathesis")
    checks_wanted = (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
        "ignored_auth",
    )
    excluded = [part for name in ENDS_SESSIONS for part in ("--exclude-operation-id", name)]
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(str(tool), "run", f"{service.url}/openapi.json", "--phases", "coverage"),
            *("--header", f"Authorization: {bob.http.headers['authorization']}"),
            *(f"--header={name}: {value}" for name, value in EVERY_ROUTE.items()),
            *("--checks", ",".join(checks_wanted), "--continue-on-failure", "--no-color"),
            *excluded,
        ],
        cwd=service.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout


def tried(service: Service, person: Person, *, ends_sessions: bool, examples: int) -> None:
    """Try operations with made-up input, good and bad, and hold the answers to the document."""
    schema = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    headers = EVERY_ROUTE | {"Authorization": person.http.headers["authorization"]}
    known = things_of(person)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if (operation.definition.raw["operationId"] in ENDS_SESSIONS) is not ends_sessions:
            continue

        @given(
            case=st.one_of(
                operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE)
            ),
            real=st.booleans(),
        )
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: schemathesis.Case[Any], *, real: bool) -> None:
            for name in known.keys() & case.path_parameters.keys():
                if real or name == "organization_id":
                    case.path_parameters[name] = known[name]
            case.call_and_validate(headers=headers, checks=CHECKS)

        holds()


def things_of(person: Person) -> dict[str, str]:
    """Return ids that are really there, for what made-up ones would never reach."""
    organization = person.http.get("/v1/me/organizations").json()["items"][0]["id"]
    invited = person.http.post(
        f"/v1/organizations/{organization}/invitations",
        json={"email": f"{uuid4().hex}@example.com", "role": "viewer"},
    )
    at = f"/v1/organizations/{organization}"
    role = {"key": f"key-{uuid4().hex}", "name": "Helper", "permissions": ["members:read"]}
    person.http.post(f"{at}/roles", json=role).raise_for_status()
    key = person.http.post(f"{at}/api-keys", json={"name": "a", "scopes": ["members:read"]})
    return {
        "organization_id": organization,
        "role_key": str(role["key"]),
        "api_key_id": key.json()["id"],
        "invitation_id": invited.json()["id"],
        "user_id": person.tokens["user"]["id"],
    }


NEGATIVE = schemathesis.GenerationMode.NEGATIVE
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_no_made_up_input_gets_an_undocumented_answer(service: Service, ada: Person) -> None:
    tried(service, ada, ends_sessions=False, examples=10)


def test_nor_where_it_ends_the_session(service: Service) -> None:
    bob = service.person()
    bob.organization()
    tried(service, bob, ends_sessions=True, examples=10)


def test_a_generated_client_signs_up_and_in(
    service: Service, document: dict[str, Any], tmp_path: Path
) -> None:
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document))
    generator = Path(sys.executable).with_name("openapi-python-client")
    command = [generator, "generate", "--path", described, "--meta", "none"]
    made = subprocess.run(  # noqa: S603 - our own command
        [*map(str, command), "--output-path", str(tmp_path / "generated")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    person = Person(service, "generated@example.com")
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from generated import AuthenticatedClient, Client
from generated.api.auth import auth_log_in, auth_register, auth_verify_email
from generated.api.me import me_get_me
from generated.models import LogIn, RegisterUser, VerifyEmail

client = Client(base_url={service.url!r}, raise_on_unexpected_status=True)
auth_register.sync(
    client=client, body=RegisterUser(email={person.email!r}, password={PASSWORD!r})
)
token = sys.stdin.readline().strip()
auth_verify_email.sync_detailed(client=client, body=VerifyEmail(token=token))
pair = auth_log_in.sync(client=client, body=LogIn(email={person.email!r}, password={PASSWORD!r}))
signed_in = AuthenticatedClient(base_url={service.url!r}, token=pair.access_token)
print(me_get_me.sync(client=signed_in).email)
"""
    client = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    token = service.mailed_token(person.email, "/verify-email")
    printed, failed = client.communicate(token + "\n", timeout=60)

    assert printed.strip() == person.email, failed
