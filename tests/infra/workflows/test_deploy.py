"""A release migrates first, moves the services then, and says so when either went wrong."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.infra.tools import ROOT, ran, tools
from tests.infra.workflows.cloud import COLLECTOR, DIGEST, NAMES, PREFIX, REPOSITORY, TAG, Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as started:
        yield started


def released(cloud: Cloud, image: str = TAG, **names: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": f"{tools('edge')}:/usr/bin:/bin",
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    environment |= NAMES | names
    return ran(sys.executable, ROOT / "infra" / "deploy.py", image, environment=environment)


@pytest.fixture(scope="module")
def done() -> Iterator[Cloud]:
    """What AWS was asked for by a release that went well."""
    with Cloud() as cloud:
        came = released(cloud)
        assert came.returncode == 0, came.stderr
        yield cloud


def test_the_database_moves_first_and_then_the_services(done: Cloud) -> None:
    steps = [name for name, _ in done.asked]
    assert steps.index("RunTask") < steps.index("DescribeTasks") < steps.index("UpdateService")
    assert done.moved == ["worker", "api"]
    moved = {name: one["taskDefinition"] for name, one in done.services.items()}
    assert moved == {
        "api": f"{PREFIX}:task-definition/core-api:2",
        "worker": f"{PREFIX}:task-definition/core-worker:2",
    }


def test_only_our_image_is_another_and_named_by_its_digest(done: Cloud) -> None:
    made = done.called("RegisterTaskDefinition")
    assert [one["family"] for one in made] == ["core-migrate", "core-worker", "core-api"]
    for one in made:
        images = [container["image"] for container in one["containerDefinitions"]]
        assert images == [f"{REPOSITORY}@{DIGEST}", COLLECTOR]
        assert one["cpu"] == "512"


def test_the_migration_runs_where_the_service_runs(done: Cloud) -> None:
    [run] = done.called("RunTask")
    assert run["taskDefinition"] == f"{PREFIX}:task-definition/core-migrate:2"
    assert run["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}]
    network = run["networkConfiguration"]["awsvpcConfiguration"]
    assert network == {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"]}


def test_a_migration_that_fails_moves_nothing(cloud: Cloud) -> None:
    cloud.exit_code = 1

    done = released(cloud, DIGEST)
    assert done.returncode == 1
    assert "The migration failed, and nothing was moved" in done.stderr
    assert cloud.moved == []


def test_a_migration_that_can_not_start_moves_nothing(cloud: Cloud) -> None:
    cloud.starts = False

    done = released(cloud)
    assert done.returncode == 1
    assert "RESOURCE:ENI" in done.stderr
    assert cloud.moved == []


def test_a_service_that_aws_rolls_back_is_a_failure(cloud: Cloud) -> None:
    cloud.rolls_back = True

    done = released(cloud)
    assert done.returncode == 1
    assert "was rolled back to" in done.stderr


def test_an_image_that_was_never_pushed_is_not_released(cloud: Cloud) -> None:
    done = released(cloud, "v1.2.4")

    assert done.returncode == 1
    assert "ImageNotFound" in done.stderr
    assert [name for name, _ in cloud.asked] == ["DescribeImages"]


def test_a_service_that_is_not_there_is_named_before_anything_happens(cloud: Cloud) -> None:
    done = released(cloud, API_SERVICE_NAME="web")

    assert done.returncode == 1
    assert "There is no service web in core" in done.stderr
    assert not cloud.called("RunTask")


def test_what_is_not_set_is_named() -> None:
    done = ran(
        sys.executable, ROOT / "infra" / "deploy.py", TAG, environment={"CLUSTER_NAME": "core"}
    )

    assert done.returncode == 2
    assert "API_SERVICE_NAME, WORKER_SERVICE_NAME" in done.stderr
    assert "CLUSTER_NAME" not in done.stderr
