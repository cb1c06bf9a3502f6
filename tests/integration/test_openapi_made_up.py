"""Whatever is sent, OpenAPI knows the answer: no undocumented one, no 5xx."""

from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tests.integration.service import ENDS_SESSIONS, EVERY_ROUTE, Person, Service

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


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


def test_no_made_up_input_gets_an_undocumented_answer(service: Service, *, thorough: bool) -> None:
    ada = service.person()
    ada.organization()
    tried(service, ada, ends_sessions=False, examples=50 if thorough else 3)


def test_nor_where_it_ends_the_session(service: Service, *, thorough: bool) -> None:
    bob = service.person()
    bob.organization()
    tried(service, bob, ends_sessions=True, examples=50 if thorough else 3)
