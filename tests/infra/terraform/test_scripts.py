"""The scripts beside the configuration, with Amazon's own command line and who answers it."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import botocore.session
import httpx
import pytest

from tests.infra.terraform.plans import Plan
from tests.infra.terraform.working import CONFIGURATION, PATIENCE
from tests.integration.service import free_port

BIN = CONFIGURATION / "bin"
NAME = "core-api-prod"
REGION = "eu-central-1"
MADE_UP = ("CORE_DATABASE_URL", "CORE_DATABASE_OWNER_URL", "CORE_SECRET_KEYS")

type Done = subprocess.CompletedProcess[str]


class Cloud:
    """Amazon's command line, and where it asks."""

    def __init__(self, programs: Path, port: int, folder: Path) -> None:
        self.programs, self.url, self.folder = programs, f"http://127.0.0.1:{port}", folder

    def run(self, *command: str | Path, **environment: str) -> Done:
        return subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=self.folder,
            env={
                "PATH": f"{self.programs}:{os.defpath}",
                "HOME": str(self.folder),
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ENDPOINT_URL": self.url,
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            | environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def client(self, service: str) -> Any:
        """Ask as the tests themselves do: Amazon's command line takes seconds to load."""
        return botocore.session.get_session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def secrets(self) -> dict[str, str]:
        client = self.client("secretsmanager")
        return {
            name: client.get_secret_value(SecretId=f"{NAME}/{name}")["SecretString"]
            for name in MADE_UP
        }


@pytest.fixture(scope="module")
def cloud(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    programs, port = tools / "venv" / "bin", free_port()
    server = Path(__file__).with_name("cloud.py")
    with (
        (folder / "cloud.log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - our own code
            [programs / "python", server, str(port)], stdout=log, stderr=log
        ) as process,
    ):
        try:
            cloud = Cloud(programs, port, folder)
            _wait_for(cloud, process)
            yield cloud
        finally:
            process.terminate()


def _wait_for(cloud: Cloud, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(f"{cloud.url}/moto-api/", timeout=5)
        except httpx.TransportError:
            said = (cloud.folder / "cloud.log").read_text()
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def network(cloud: Cloud) -> dict[str, str]:
    ec2 = cloud.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
    groups = [one["GroupId"] for one in ec2.describe_security_groups()["SecurityGroups"]]
    return {"SUBNETS": ",".join(subnets[:2]), "SECURITY_GROUP": groups[0]}


@pytest.fixture
def told(
    request: pytest.FixtureRequest, cloud: Cloud, network: dict[str, str], prod: Plan
) -> dict[str, str]:
    """Make the planned migrations in a cluster of the test's own; return what to say of them."""
    (planned,) = [one for one in prod.of("aws_ecs_task_definition") if one.key == "migrate"]
    (container,) = planned.document("container_definitions")
    code = getattr(request, "param", 0)
    cluster, ecs = uuid4().hex, cloud.client("ecs")
    ecs.create_cluster(clusterName=cluster)
    ecs.register_task_definition(
        family=planned["family"],
        networkMode=planned["network_mode"],
        requiresCompatibilities=planned["requires_compatibilities"],
        cpu=planned["cpu"],
        memory=planned["memory"],
        containerDefinitions=[
            container
            | {"memory": int(planned["memory"])}  # who answers counts that of containers alone
            | {"environment": [{"name": "EXIT_CODE", "value": str(code)}]}
        ],
    )
    own = {"CLUSTER": cluster, "TASK": planned["family"], "CAPACITY_PROVIDER": "FARGATE"}
    return network | own | {"POLL_SECONDS": "0"}


def started(cloud: Cloud, told: dict[str, str]) -> Any:
    """Return the one task that was started."""
    ecs, cluster = cloud.client("ecs"), told["CLUSTER"]
    tasks = ecs.list_tasks(cluster=cluster)["taskArns"]
    (described,) = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
    return described


def test_a_task_is_awaited(cloud: Cloud, told: dict[str, str]) -> None:
    done = cloud.run(BIN / "run-task.sh", **told)

    assert done.returncode == 0, done.stderr
    assert "core-api-prod-migrate ended well" in done.stdout
    described = started(cloud, told)
    assert described["lastStatus"] == "STOPPED"
    assert described["startedBy"] == "run-task"


def test_another_command_can_be_run_in_its_place(cloud: Cloud, told: dict[str, str]) -> None:
    done = cloud.run(BIN / "run-task.sh", **told, COMMAND='["doctor"]')

    assert done.returncode == 0, done.stderr
    assert started(cloud, told)["overrides"]["containerOverrides"] == [
        {"name": "migrate", "command": ["doctor"]}
    ]


@pytest.mark.parametrize("told", [3], indirect=True)
def test_a_task_that_fails_ends_the_release(cloud: Cloud, told: dict[str, str]) -> None:
    done = cloud.run(BIN / "run-task.sh", **told)

    assert done.returncode == 1
    assert "core-api-prod-migrate ended with 3" in done.stderr


def test_a_task_that_does_not_end_is_not_waited_for_for_ever(
    cloud: Cloud, told: dict[str, str]
) -> None:
    done = cloud.run(BIN / "run-task.sh", **told, WAIT_SECONDS="0")

    assert done.returncode == 1
    assert "still runs; it was left alone" in done.stderr


def test_a_task_that_can_not_start_ends_the_release(cloud: Cloud, told: dict[str, str]) -> None:
    done = cloud.run(BIN / "run-task.sh", **told | {"TASK": "core-api-prod-missing"})

    assert done.returncode != 0
    assert "Unable to describe task definition" in done.stderr


def test_secrets_are_made_up_once_and_shown_to_nobody(cloud: Cloud, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    client = cloud.client("secretsmanager")
    for name in (*MADE_UP, "CORE_MAIL_URL"):
        client.create_secret(Name=f"{NAME}/{name}")
    filling = (BIN / "secrets.sh", NAME, "database.example.com")

    first = cloud.run(*filling, TMPDIR=str(tmp_path))
    made = cloud.secrets()
    second = cloud.run(*filling, TMPDIR=str(tmp_path))

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert made == cloud.secrets()
    assert re.fullmatch(
        r"postgresql://core_app:[0-9a-f]{48}@database\.example\.com:5432/core\?sslmode=require",
        made["CORE_DATABASE_URL"],
    )
    assert made["CORE_DATABASE_OWNER_URL"].startswith("postgresql://core_owner:")
    assert len(made["CORE_SECRET_KEYS"]) == 64
    assert "CORE_MAIL_URL is yours to fill" in second.stdout
    shown = first.stdout + first.stderr + second.stdout + second.stderr
    assert not any(value in shown for value in made.values())
    assert list(tmp_path.iterdir()) == []
