"""Real Terraform reads the configuration and plans it, against the schema of the AWS provider."""

import json
import re
from pathlib import Path

import pytest

from tests.infra.terraform.plans import Plan
from tests.infra.terraform.working import CONFIGURATION, ENVIRONMENTS, Working

OUTPUTS = {
    "api_service_name",
    "cluster_name",
    "deploy_role_arn",
    "ecr_repository_url",
    "migrate_task_family",
    "private_subnet_ids",
    "service_security_group_id",
    "worker_service_name",
}
"""What a release is told of, by these names."""


@pytest.fixture
def untouched(tmp_path: Path, reattach: str) -> Working:
    return Working.copied(tmp_path, reattach)


def test_everything_is_formatted(untouched: Working) -> None:
    done = untouched.terraform("fmt", "-check", "-diff", "-recursive")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_is_valid(untouched: Working, environment: str) -> None:
    within = f"environments/{environment}"
    begun = untouched.terraform("init", "-backend=false", within=within)
    assert begun.returncode == 0, begun.stderr

    done = untouched.terraform("validate", "-json", within=within)

    assert json.loads(done.stdout)["diagnostics"] == []


def test_the_modules_do_as_their_tests_say(untouched: Working) -> None:
    assert untouched.terraform("init").returncode == 0

    done = untouched.terraform("test")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Success! \d{2} passed, 0 failed", done.stdout)


@pytest.mark.parametrize("launch_type", ["fargate", "ec2"])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_can_be_planned_though_nothing_is_there(
    working: Working, environment: str, launch_type: str
) -> None:
    planned = working.planned(environment, launch_type=launch_type)

    assert planned.returncode == 0, planned.stderr
    assert re.search(r"Plan: \d{3} to add, 0 to change, 0 to destroy", planned.stdout)


def test_before_an_image_was_pushed_nothing_runs(known: Working) -> None:
    plan = known.plan("prod", image="none")

    assert plan.of("aws_ecs_service", "aws_ecs_task_definition", "terraform_data") == []
    assert plan.only("aws_ecr_repository")["name"] == "core-api-prod"


def test_the_image_of_the_last_release_stays_when_something_else_changes(known: Working) -> None:
    plan = known.plan("prod", image="running")

    looked_up = "data.aws_ecs_container_definition-this-image"
    assert plan.container("api").values["image"] == looked_up


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_release_is_told_what_it_needs(
    plans: dict[tuple[str, str], Plan], environment: str
) -> None:
    assert plans[environment, "fargate"].outputs >= OUTPUTS


def test_both_environments_take_the_same_variables() -> None:
    dev, prod = (
        (CONFIGURATION / "environments" / name / "variables.tf").read_text()
        for name in ENVIRONMENTS
    )

    assert dev == prod


def test_modules_are_our_own_and_the_provider_is_pinned() -> None:
    files = [file.read_text() for file in CONFIGURATION.rglob("*.tf")]

    sources = {source for text in files for source in re.findall(r'\bsource += "(.*?)"', text)}
    versions = {one for text in files for one in re.findall(r'\bversion += "(.*?)"', text)}
    assert {one for one in sources if not one.startswith("../")} == {"hashicorp/aws"}
    assert versions == {"~> 6.25"}
