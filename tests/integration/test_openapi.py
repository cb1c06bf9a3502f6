"""What OpenAPI says is true: no undocumented answer, no 5xx, and a client made of it works."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tests.factories import PASSWORD
from tests.integration.service import Person, Service

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


def tried(service: Service, person: Person, *, ends_sessions: bool, examples: int) -> None:
    """Try operations with made-up input, good and bad, and hold the answers to the document."""
    schema = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    headers = {"Authorization": person.http.headers["authorization"]}
    organization = person.http.get("/v1/me/organizations").json()["items"][0]["id"]
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if (operation.definition.raw["operationId"] in ENDS_SESSIONS) is not ends_sessions:
            continue

        @given(
            case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE))
        )
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: schemathesis.Case[Any]) -> None:
            if "organization_id" in case.path_parameters:
                case.path_parameters["organization_id"] = organization
            case.call_and_validate(headers=headers, checks=CHECKS)

        holds()


NEGATIVE = schemathesis.GenerationMode.NEGATIVE
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_no_made_up_input_gets_an_undocumented_answer(service: Service, ada: Person) -> None:
    tried(service, ada, ends_sessions=False, examples=20)


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
        timeout=120,
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
