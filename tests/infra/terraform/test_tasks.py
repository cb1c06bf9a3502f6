"""The planned tasks are run here: their commands, with the settings and secrets they would get."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, override

import botocore.session
import psycopg
import pytest
from botocore.model import ListShape, Shape, StructureShape
from botocore.validate import ParamValidator

from tests.infra.terraform import managed_database
from tests.infra.terraform.managed_database import ADMIN, HOST, ManagedDatabase
from tests.infra.terraform.plans import Container, Plan
from tests.infra.terraform.policies import SECRETS
from tests.infra.terraform.working import CONFIGURATION, PATIENCE, ROOT, Working

FILLED = {
    "CORE_DATABASE_URL": "postgresql://core_app:one@database.example.com:5432/core",
    "CORE_DATABASE_OWNER_URL": "postgresql://core_owner:two@database.example.com:5432/core",
    "CORE_SECRET_KEYS": "3vjOM6VXFb9gD0vOVQG8Tq1dN2mYkz7w5cRxLhUaESp4",
    "CORE_MAIL_URL": "smtp+starttls://user:password@mail.example.com:587",
}


def ran(
    container: Container, values: Mapping[str, str], folder: Path, role: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a container's command with its environment, its secrets out of `values`, and a role.

    In the container it gets nothing else; what the image says itself is said here.
    """
    told = container.environment | {name: values[name] for name in container.secrets}
    given = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": role} if role else {}
    return subprocess.run(  # noqa: S603 - what is planned is what is tested
        [Path(sys.executable).with_name("core-api"), *container.values["command"]],
        cwd=folder,
        env={"PATH": f"{Path(sys.executable).parent}:{os.defpath}"} | told | given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def asked(container: Container, *command: str) -> Container:
    """The same container with another command."""
    return Container(
        container.task, container.address, container.values | {"command": list(command)}
    )


class Credentials(BaseHTTPRequestHandler):
    """Hands out the credentials of a task's role, as ECS does."""

    def do_GET(self) -> None:
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
        key = {"AccessKeyId": "ASIATEST", "SecretAccessKey": "secret", "Token": "token"}
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.write(json.dumps(key | {"Expiration": until}).encode())

    @override
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def role() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Credentials) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("task", ["api", "worker"])
def test_a_service_is_told_all_that_production_asks_for(
    prod: Plan, role: str, tmp_path: Path, task: str
) -> None:
    checked = ran(asked(prod.container(task), "settings", "check"), FILLED, tmp_path, role)

    assert checked.returncode == 0, checked.stderr


def test_a_service_that_lacks_a_secret_would_not_start(
    prod: Plan, role: str, tmp_path: Path
) -> None:
    check = asked(prod.container("api"), "settings", "check")

    checked = ran(check, FILLED | {"CORE_MAIL_URL": ""}, tmp_path, role)

    assert checked.returncode != 0
    assert "CORE_MAIL_URL is missing" in checked.stdout + checked.stderr


# --- The database's roles, and migrations ---------------------------------------------------------


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedDatabase]:
    with managed_database.running(tmp_path_factory.mktemp("managed")) as started:
        yield started


def address(role: str, password: str, database: ManagedDatabase, options: str) -> str:
    return f"postgresql://{role}:{password}@{HOST}:{database.port}/core?{options}"


def at(container: Container, database: ManagedDatabase) -> Container:
    """The container, with this database in place of the planned one."""
    text = re.sub(r"@[\w-]+:5432", f"@{HOST}:{database.port}", json.dumps(container.values))
    return Container(container.task, container.address, json.loads(text))


def test_the_roles_are_made_and_the_database_is_migrated_before_anybody_serves(
    known: Working, role: str, database: ManagedDatabase, tmp_path: Path
) -> None:
    plan = known.plan("prod", database_ca_file=str(database.authority))
    options = f"sslmode=verify-full&sslrootcert={database.authority}"
    values = FILLED | {
        "CORE_DATABASE_OWNER_URL": address("core_owner", "0f" * 24, database, options),
        "CORE_DATABASE_URL": address("core_app", "1e" * 24, database, options),
        "PGPASSWORD": database.password,
    }

    for _ in range(2):  # it may run again at any time
        made = ran(at(plan.container("roles"), database), values, tmp_path)
        assert made.returncode == 0, made.stdout + made.stderr
    migrated = ran(at(plan.container("migrate"), database), values, tmp_path)
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    usable = ran(asked(plan.container("api"), "db", "current"), values, tmp_path, role)
    assert usable.returncode == 0, usable.stdout + usable.stderr
    with (
        psycopg.connect(values["CORE_DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE accounts.mine ()")


def test_roles_that_can_not_be_made_end_the_release(
    prod: Plan, database: ManagedDatabase, tmp_path: Path
) -> None:
    refused = ran(at(prod.container("roles"), database), FILLED | {"PGPASSWORD": "wrong"}, tmp_path)

    assert refused.returncode != 0
    assert f'password authentication failed for user "{ADMIN}"' in refused.stderr


# --- What AWS takes -------------------------------------------------------------------------------


def misfits(shape: Shape, value: Any, where: str = "") -> Iterator[str]:
    """Yield what an API of AWS has no name for: its own check looks at types and lengths alone."""
    if isinstance(shape, StructureShape):
        for name, inner in value.items():
            if name in shape.members:
                yield from misfits(shape.members[name], inner, f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(shape, ListShape):
        for inner in value:
            yield from misfits(shape.member, inner, where)
    elif isinstance(value, str) and (allowed := getattr(shape, "enum", None)):
        yield from [] if value in allowed else [f"{where}={value}"]


def complaints(service: str, name: str, value: Any) -> list[str]:
    shape = botocore.session.get_session().get_service_model(service).shape_for(name)
    report = ParamValidator().validate(value, shape)
    return [*misfits(shape, value), *report.generate_report().splitlines()]


@pytest.mark.parametrize("launch_type", ["fargate", "ec2"])
def test_containers_are_such_as_ecs_takes(
    plans: dict[tuple[str, str], Plan], launch_type: str
) -> None:
    containers = [one.values for one in plans["prod", launch_type].containers]

    assert complaints("ecs", "ContainerDefinitions", containers) == []


def test_what_ecs_does_not_take_is_seen() -> None:
    container = {"name": "api", "readOnlyRootFilesystem": True, "stopTimeout": "long"}

    found = complaints("ecs", "ContainerDefinitions", [container])

    assert ".readOnlyRootFilesystem" in found
    assert any("stopTimeout" in one for one in found)


def test_the_rules_of_the_firewall_are_such_as_waf_takes(prod: Plan) -> None:
    rules = prod.only("aws_wafv2_web_acl").document("rule_json")

    assert complaints("wafv2", "Rules", rules) == []


def test_the_firewall_stops_what_is_nobodys_business_and_lets_the_rest_through(prod: Plan) -> None:
    private, auth, _ = prod.only("aws_wafv2_web_acl").document("rule_json")
    patterns = [
        private["Statement"]["RegexMatchStatement"]["RegexString"],
        auth["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["RegexMatchStatement"][
            "RegexString"
        ],
    ]
    assert all(len(pattern) <= 200 for pattern in patterns)  # WAF takes no longer ones

    refused, guessable = map(re.compile, patterns)

    assert all(map(refused.search, ["/metrics", "/dev/mails", "/dev"]))
    assert not any(map(refused.search, ["/v1/metrics", "/developers", "/readyz"]))
    assert all(map(guessable.search, ["/v1/auth/login", "/v1/auth/mfa/verify", "/console/sign-in"]))
    # A product asks about everybody's tokens, and everybody's are refreshed.
    assert not any(map(guessable.search, ["/v1/auth/introspect", "/v1/auth/token/refresh"]))


def test_every_route_of_signing_in_is_counted(prod: Plan) -> None:
    reference = (ROOT / "docs" / "reference" / "http.md").read_text()
    _, auth, _ = prod.only("aws_wafv2_web_acl").document("rule_json")
    scope = auth["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["RegexMatchStatement"]

    routes = set(re.findall(r"`POST (/v1/auth/[^`{]*)`", reference))
    free = {route for route in routes if not re.search(scope["RegexString"], route)}

    assert free == {"/v1/auth/introspect", "/v1/auth/logout", "/v1/auth/token/refresh"}


# --- What the service and its documentation say ---------------------------------------------------


def test_every_secret_of_the_service_is_known_as_one() -> None:
    text = (CONFIGURATION / "modules" / "service" / "secrets.tf").read_text()

    (listed,) = re.findall(r"secret_settings = toset\(\[(.*?)\]\)", text, re.DOTALL)

    assert set(re.findall(r'"(\w+)"', listed)) == SECRETS


def test_the_task_may_do_with_files_what_the_documentation_asks_for(prod: Plan) -> None:
    page = (ROOT / "docs" / "how-to" / "run-in-production.md").read_text()
    (policy,) = [one for one in prod.of("aws_iam_role_policy") if one["name"] == "files"]

    given = {action for one in policy.document("policy")["Statement"] for action in one["Action"]}

    assert given == set(re.findall(r"`(s3:\w+)`", page))


def test_the_bucket_keeps_the_rules_that_the_service_would_give_it(known: Working) -> None:
    from adapters.s3 import rules  # noqa: PLC0415 - it brings boto3

    plan = known.plan("prod", cors_origins='["https://app.example.com"]')

    (cors,) = plan.only("aws_s3_bucket_cors_configuration")["cors_rule"]
    assert set(cors["allowed_methods"]) == set(rules.METHODS)
    assert set(cors["expose_headers"]) == set(rules.EXPOSED)
    assert cors["id"] == rules.OURS
    kept = plan.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    (ours,) = [rule for rule in kept if rule["id"] == rules.OURS]
    assert ours["filter"][0]["prefix"] == "o/"
    assert ours["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]
    (statement,) = plan.only("aws_s3_bucket_policy").document("policy")["Statement"]
    assert statement["Sid"] == rules.TLS_ONLY
