"""Releases an image on ECS: migrates, and only then moves the services to it.

    ECR_REPOSITORY_URL=... CLUSTER_NAME=... python3 infra/deploy.py v1.2.3

Takes the names that Terraform tells from the environment, and talks to AWS by its command line,
which every runner of GitHub has. Nothing but the standard library: it runs before anything is
installed. Nothing moves unless the migration ended well; a service that AWS rolls back has failed.
"""

import json
import os
import subprocess
import sys
from typing import Any, Final

NAMES: Final = (
    "ECR_REPOSITORY_URL",
    "CLUSTER_NAME",
    "API_SERVICE_NAME",
    "WORKER_SERVICE_NAME",
    "MIGRATE_TASK_FAMILY",
    "PRIVATE_SUBNET_IDS",
    "SERVICE_SECURITY_GROUP_ID",
)
"""Terraform's outputs; the subnets are separated by commas."""

TOLD_ONLY: Final = {
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
}
"""What AWS tells of a task definition and does not take back."""

ROUNDS: Final = 2
"""Times that a service is waited for: AWS's own patience is ten minutes."""


class Failed(Exception):
    """The release ends here."""


def aws(*arguments: str) -> Any:
    """Ask AWS; return what it says."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["aws", *arguments, "--output", "json"],  # noqa: S607 - wherever a runner has it
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stderr.strip())
    return json.loads(done.stdout or "null")


def say(text: str) -> None:
    print(text, flush=True)


class Release:
    def __init__(self, names: dict[str, str]) -> None:
        self.repository = names["ECR_REPOSITORY_URL"]
        self.cluster = names["CLUSTER_NAME"]
        self.services = [names["WORKER_SERVICE_NAME"], names["API_SERVICE_NAME"]]
        self.migration = names["MIGRATE_TASK_FAMILY"]
        self.network = {
            "awsvpcConfiguration": {
                "subnets": names["PRIVATE_SUBNET_IDS"].split(","),
                "securityGroups": [names["SERVICE_SECURITY_GROUP_ID"]],
            }
        }

    def __call__(self, wanted: str) -> None:
        image = self.image(wanted)
        say(f"Releasing {image}")
        running = self.running()
        self.migrate(self.revised(self.migration, image), running[self.services[-1]])
        moved = {name: self.revised(running[name]["taskDefinition"], image) for name in running}
        for name, definition in moved.items():
            aws(
                *("ecs", "update-service", "--cluster", self.cluster, "--service", name),
                *("--task-definition", definition),
            )
            say(f"Moving {name} to {definition}")
        self.wait(moved)

    def image(self, wanted: str) -> str:
        """Return the image by its digest: what a tag means is looked up once."""
        registry, _, repository = self.repository.partition("/")
        kind = "imageDigest" if wanted.startswith("sha256:") else "imageTag"
        found = aws(
            *("ecr", "describe-images", "--registry-id", registry.partition(".")[0]),
            *("--repository-name", repository, "--image-ids", f"{kind}={wanted}"),
        )
        return f"{self.repository}@{found['imageDetails'][0]['imageDigest']}"

    def running(self) -> dict[str, Any]:
        """Return what is known of each service, in the order they move."""
        told = aws(
            *("ecs", "describe-services", "--cluster", self.cluster),
            *("--services", *self.services),
        )
        found = {one["serviceName"]: one for one in told["services"] if one["status"] == "ACTIVE"}
        if missing := [name for name in self.services if name not in found]:
            raise Failed(f"There is no service {', '.join(missing)} in {self.cluster}.")
        return {name: found[name] for name in self.services}

    def revised(self, definition: str, image: str) -> str:
        """Register a task definition anew with another image of ours; return its ARN."""
        told = aws("ecs", "describe-task-definition", "--task-definition", definition)
        kept = {k: v for k, v in told["taskDefinition"].items() if k not in TOLD_ONLY}
        ours = [one for one in kept["containerDefinitions"] if self.is_ours(one["image"])]
        if not ours:
            raise Failed(f"Nothing in {definition} runs an image of {self.repository}.")
        for container in ours:
            container["image"] = image
        made = aws("ecs", "register-task-definition", "--cli-input-json", json.dumps(kept))
        arn: str = made["taskDefinition"]["taskDefinitionArn"]
        return arn

    def is_ours(self, image: str) -> bool:
        return image.partition("@")[0].partition(":")[0] == self.repository

    def migrate(self, definition: str, like: dict[str, Any]) -> None:
        """Run the migration where the service runs, and wait until it has ended well."""
        say(f"Migrating with {definition}")
        told = aws(
            *("ecs", "run-task", "--cluster", self.cluster, "--task-definition", definition),
            *("--network-configuration", json.dumps(self.network), *placed(like)),
            *("--started-by", "deploy"),
        )
        if not told["tasks"]:
            raise Failed(f"The migration could not start: {json.dumps(told['failures'])}")
        task = told["tasks"][0]["taskArn"]
        aws("ecs", "wait", "tasks-stopped", "--cluster", self.cluster, "--tasks", task)
        told = aws("ecs", "describe-tasks", "--cluster", self.cluster, "--tasks", task)
        ended = told["tasks"][0]
        codes = {one["name"]: one.get("exitCode") for one in ended["containers"]}
        if set(codes.values()) != {0}:
            reason = ended.get("stoppedReason", "no reason given")
            raise Failed(f"The migration failed, and nothing was moved: {reason} {codes}")

    def wait(self, moved: dict[str, str]) -> None:
        """Wait until the services are steady, on what they were moved to and nothing else."""
        for left in reversed(range(ROUNDS)):
            try:
                aws(
                    *("ecs", "wait", "services-stable", "--cluster", self.cluster),
                    *("--services", *moved),
                )
                break
            except Failed:
                if not left:
                    raise
        for name, service in self.running().items():
            if service["taskDefinition"] != moved[name]:
                raise Failed(f"{name} was rolled back to {service['taskDefinition']}.")
            say(f"{name} is steady")


def placed(like: dict[str, Any]) -> list[str]:
    """Return the options that run a task on what a service runs on."""
    if strategy := like.get("capacityProviderStrategy"):
        return ["--capacity-provider-strategy", json.dumps(strategy)]
    return ["--launch-type", like["launchType"]]


def main() -> int:
    if len(sys.argv) != len(["deploy.py", "image"]):
        print("usage: deploy.py TAG-OR-DIGEST", file=sys.stderr)
        return 2
    names = {name: os.environ.get(name, "") for name in NAMES}
    if missing := [name for name, value in names.items() if not value]:
        print(f"deploy: set {', '.join(missing)}", file=sys.stderr)
        return 2
    try:
        Release(names)(sys.argv[1])
    except Failed as failed:
        print(f"deploy: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
