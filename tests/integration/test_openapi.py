"""OpenAPI says all that there is to say, and a client made of it works."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service

METHODS = {"get", "post", "put", "patch", "delete"}


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


def test_an_operation_is_described_as_its_use_case_describes_itself(
    document: dict[str, Any],
) -> None:
    found = operations(document)

    assert found["auth.log_in"]["summary"] == "Trade an email and a password for a session"
    titled = [name for name, one in found.items() if one["summary"].istitle()]  # by the framework
    assert len(titled) < len(found) / 20, titled


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
        timeout=PATIENCE,
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
    printed, failed = client.communicate(token + "\n", timeout=PATIENCE)

    assert printed.strip() == person.email, failed
