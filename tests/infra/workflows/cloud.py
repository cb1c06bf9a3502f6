"""What AWS's command line talks to in place of AWS: the calls of a release, answered as ECS does.

The command line itself is real: it checks every call against AWS's own model before it sends it.
"""

import json
from base64 import b64encode
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self, override

REGISTRY: Final = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
REPOSITORY: Final = f"{REGISTRY}/core"
TAG: Final = "v1.2.3"
DIGEST: Final = f"sha256:{'ab' * 32}"
PREFIX: Final = "arn:aws:ecs:eu-central-1:123456789012"
COLLECTOR: Final = "public.ecr.aws/aws-observability/aws-otel-collector:v1"

NAMES: Final = {
    "ECR_REPOSITORY_URL": REPOSITORY,
    "CLUSTER_NAME": "core",
    "API_SERVICE_NAME": "api",
    "WORKER_SERVICE_NAME": "worker",
    "MIGRATE_TASK_FAMILY": "core-migrate",
    "PRIVATE_SUBNET_IDS": "subnet-1,subnet-2",
    "SERVICE_SECURITY_GROUP_ID": "sg-1",
}


def definition(family: str, revision: int = 1) -> dict[str, Any]:
    own = {"name": family, "image": f"{REPOSITORY}:v1", "essential": True}
    return {
        "family": family,
        "revision": revision,
        "taskDefinitionArn": f"{PREFIX}:task-definition/{family}:{revision}",
        "status": "ACTIVE",
        "registeredBy": "somebody",
        "cpu": "512",
        "networkMode": "awsvpc",
        "containerDefinitions": [own, {"name": "collector", "image": COLLECTOR}],
    }


class Cloud:
    """Remembers what was asked; `exit_code`, `starts` and `rolls_back` are what goes wrong."""

    exit_code: int = 0
    starts: bool = True
    rolls_back: bool = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        families = ("core-migrate", "core-worker", "core-api")
        self.definitions = {one: definition(one) for one in families}
        self.services = {
            name: {
                "serviceName": name,
                "status": "ACTIVE",
                "taskDefinition": self.definitions[f"core-{name}"]["taskDefinitionArn"],
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
                "desiredCount": 2,
                "runningCount": 2,
                "deployments": [{"status": "PRIMARY"}],
            }
            for name in ("api", "worker")
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.cloud = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def called(self, action: str) -> list[dict[str, Any]]:
        return [given for name, given in self.asked if name == action]

    @property
    def moved(self) -> list[str]:
        return [given["service"] for given in self.called("UpdateService")]

    def answer(self, action: str, given: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append((action, deepcopy(given)))
        found: tuple[int, Any] = getattr(self, f"_{action}")(given)
        return found

    def _DescribeImages(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802 - AWS's name
        [asked] = given["imageIds"]
        if asked not in ({"imageTag": TAG}, {"imageDigest": DIGEST}):
            return 400, {"__type": "ImageNotFoundException", "message": f"no {asked}"}
        return 200, {"imageDetails": [{"imageDigest": DIGEST}]}

    def _GetAuthorizationToken(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        token = b64encode(b"AWS:password").decode()
        return 200, {"authorizationData": [{"authorizationToken": token}]}

    def _DescribeServices(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        found = [self.services[name] for name in given["services"] if name in self.services]
        return 200, {"services": found, "failures": []}

    def _DescribeTaskDefinition(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        family = given["taskDefinition"].rpartition("/")[2].partition(":")[0]
        return 200, {"taskDefinition": self.definitions[family]}

    def _RegisterTaskDefinition(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        revision = self.definitions[given["family"]]["revision"] + 1
        arn = f"{PREFIX}:task-definition/{given['family']}:{revision}"
        return 200, {"taskDefinition": {**given, "taskDefinitionArn": arn, "revision": revision}}

    def _RunTask(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        if not self.starts:
            return 200, {"tasks": [], "failures": [{"reason": "RESOURCE:ENI"}]}
        return 200, {"tasks": [{"taskArn": f"{PREFIX}:task/core/1"}], "failures": []}

    def _DescribeTasks(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        containers = [{"name": "core-migrate", "exitCode": self.exit_code}]
        ended = {"taskArn": given["tasks"][0], "lastStatus": "STOPPED", "containers": containers}
        return 200, {"tasks": [ended | {"stoppedReason": "Essential container exited"}]}

    def _UpdateService(self, given: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        service = self.services[given["service"]]
        if not self.rolls_back:
            service["taskDefinition"] = given["taskDefinition"]
        return 200, {"service": service}

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        action = self.headers["X-Amz-Target"].rpartition(".")[2]
        status, said = self.server.cloud.answer(action, given)  # type: ignore[attr-defined]
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
