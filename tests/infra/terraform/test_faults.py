"""What verifies the configuration notices when it is wrong: each fault is put in, and found."""

import re

import pytest

from tests.infra.terraform.policies import EVERYWHERE, IN_PRODUCTION
from tests.infra.terraform.working import Working

SERVICE = "modules/service"
GITHUB = "modules/github_oidc/main.tf"

WRONG = {
    "an attribute that there is not": (
        "modules/database/main.tf",
        "storage_encrypted     = true",
        "storage_encryption    = true",
        "Unsupported argument",
    ),
    "an attribute that is missing": (
        "modules/observability/alarms.tf",
        "  evaluation_periods  = each.value.minutes\n",
        "",
        'The argument "evaluation_periods" is required',
    ),
    "an attribute that only AWS decides": (
        f"{SERVICE}/balancer.tf",
        "  idle_timeout = 60\n",
        '  idle_timeout = 60\n  arn_suffix = "mine"\n',
        "aws_lb.arn_suffix is for AWS to decide",
    ),
    "a block that there is not": (
        f"{SERVICE}/services.tf",
        "  deployment_circuit_breaker {",
        "  deployment_circuit_breakers {",
        "Unsupported block type",
    ),
    "a block too many": (
        "modules/storage/main.tf",
        "  versioning_configuration {",
        "  versioning_configuration {}\n  versioning_configuration {",
        "Too many versioning_configuration blocks",
    ),
    "a value of another type": (
        "modules/network/main.tf",
        "map_public_ip_on_launch = false",
        'map_public_ip_on_launch = "never"',
        "a bool is required",
    ),
    "a resource that there is not": (
        "modules/database/main.tf",
        "aws_db_parameter_group.this.name",
        "aws_db_parameter_group.that.name",
        "Reference to undeclared resource",
    ),
    "something of a resource that it has not": (
        f"{SERVICE}/services.tf",
        "aws_lb_target_group.api.arn_suffix",
        "aws_lb_target_group.api.suffix",
        "Unsupported attribute",
    ),
    "a number of things that nobody knows in time": (
        "modules/network/routes.tf",
        "  for_each = aws_subnet.private\n",
        "  for_each = toset([for subnet in aws_subnet.private : subnet.id])\n",
        "Invalid for_each argument",
    ),
}
"""Faults that Terraform finds with the provider's schema: where, what, instead of what, and how."""

UNSAFE = {
    "permissions_are_narrow": (
        f"{SERVICE}/access.tf",
        'Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]',
        'Action   = ["s3:*"]',
    ),
    "permissions_are_narrow, everything": (
        f"{SERVICE}/access.tf",
        "Resource = distinct([for secret in each.value.secrets : secret.arn])",
        'Resource = "*"',
    ),
    "files_are_in_one_bucket": (
        f"{SERVICE}/access.tf",
        'Resource = "${var.bucket.arn}/*"',
        'Resource = "arn:aws:s3:::another/*"',
    ),
    "what_rests_is_encrypted": (
        "modules/database/main.tf",
        "storage_encrypted     = true",
        "storage_encrypted     = false",
    ),
    "what_moves_is_encrypted": (
        f"{SERVICE}/balancer.tf",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-2016-08",
    ),
    "what_moves_is_encrypted, to the database": (
        "modules/database/main.tf",
        'name  = "rds.force_ssl"\n    value = "1"',
        'name  = "rds.force_ssl"\n    value = "0"',
    ),
    "data_is_kept": (
        "modules/database/main.tf",
        "backup_retention_period   = 14",
        "backup_retention_period   = 1",
    ),
    "production_is_protected": (
        "modules/database/main.tf",
        "deletion_protection       = var.protected",
        "deletion_protection       = false",
    ),
    "nothing_is_public_but_the_balancer": (
        "modules/database/main.tf",
        "referenced_security_group_id = var.client_security_group_id",
        'cidr_ipv4                    = "0.0.0.0/0"',
    ),
    "machines_want_imdsv2": (
        f"{SERVICE}/capacity.tf",
        'http_tokens                 = "required"',
        'http_tokens                 = "optional"',
    ),
    "containers_are_confined": (
        f"{SERVICE}/tasks.tf",
        "readonlyRootFilesystem = true",
        "readonlyRootFilesystem = false",
    ),
    "containers_are_confined, nobody": (
        f"{SERVICE}/tasks.tf",
        'user                   = "10001:10001"',
        'user                   = "0"',
    ),
    "secrets_are_not_in_the_environment": (
        f"{SERVICE}/tasks.tf",
        'CORE_WORKER          = "off"',
        'CORE_SECRET_KEYS     = "a key that anybody may read"',
    ),
    "only_who_migrates_is_the_owner": (
        f"{SERVICE}/secrets.tf",
        'setunion(["CORE_DATABASE_URL",',
        'setunion(["CORE_DATABASE_OWNER_URL", "CORE_DATABASE_URL",',
    ),
    "starting_is_not_running": (
        f"{SERVICE}/tasks.tf",
        "each.value.observed ? aws_iam_role.task.arn : null",
        "aws_iam_role.execution[each.key].arn",
    ),
    "migrations_come_first": (
        f"{SERVICE}/services.tf",
        "depends_on = [aws_lb_listener.https, terraform_data.migrate]",
        "depends_on = [aws_lb_listener.https]",
    ),
    "migrations_come_first, each time": (
        f"{SERVICE}/releases.tf",
        'triggers_replace = [aws_ecs_task_definition.this["migrate"].arn]',
        "triggers_replace = [var.name]",
    ),
    "releases_can_fail": (f"{SERVICE}/services.tf", "rollback = true", "rollback = false"),
    "logs_end": (
        "modules/observability/logs.tf",
        "  retention_in_days = var.log_retention_days\n",
        "",
    ),
    "one_environment_of_one_repository_deploys": (
        GITHUB,
        "repo:${var.repository}:environment:${var.environment}",
        "repo:${var.repository}:*",
    ),
}
"""Faults that are good Terraform, by the rule that finds them: where, what, and instead of what."""


def rule_of(fault: str) -> str:
    return fault.partition(",")[0]


@pytest.mark.parametrize("fault", WRONG)
def test_terraform_finds_what_is_wrong(working: Working, fault: str) -> None:
    file, before, after, says = WRONG[fault]
    working.spoil(file, before, after)

    planned = working.planned("prod")

    assert planned.returncode == 1
    assert says in " ".join(planned.stderr.split())


@pytest.mark.parametrize("fault", UNSAFE)
def test_a_rule_finds_what_is_unsafe(known: Working, fault: str) -> None:
    known.spoil(*UNSAFE[fault])

    plan = known.plan("prod", launch_type="ec2")

    broken = {rule.__name__ for rule in (*EVERYWHERE, *IN_PRODUCTION) if list(rule(plan))}
    assert broken == {rule_of(fault)}


def test_the_tests_of_modules_find_what_they_are_there_for(working: Working) -> None:
    working.spoil(f"{SERVICE}/capacity.tf", "ECS_AWSVPC_BLOCK_IMDS=true", "ECS_AWSVPC_BLOCK_IMDS=")
    working.spoil("modules/storage/variables.tf", "^https://[^/*]+$", "^https://[^/]+$")
    working.spoil(GITHUB, ":environment:${var.environment}", ":pull_request")
    assert working.terraform("init").returncode == 0

    done = working.terraform("test")

    assert set(re.findall(r'run "(\w+)"\.\.\. fail', done.stdout)) == {
        "a_wildcard_for_pages_is_refused",
        "ec2_brings_machines_of_ones_own",
        "only_the_environment_deploys",
    }


def test_there_is_a_fault_for_every_rule() -> None:
    rules = {rule.__name__ for rule in (*EVERYWHERE, *IN_PRODUCTION)}

    assert {rule_of(fault) for fault in UNSAFE} == rules
