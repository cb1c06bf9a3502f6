"""Real Terraform on a copy of the configuration, with a stand-in for the AWS provider."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from tests.infra.terraform.plans import Plan

ROOT = Path(__file__).parents[3]
CONFIGURATION = ROOT / "infra" / "terraform"
ENVIRONMENTS = ("dev", "prod")
IMAGE = f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/core-api@sha256:{'1a' * 32}"
PATIENCE = 300

LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
"""Takes the place of the bucket that keeps the state."""

type Done = subprocess.CompletedProcess[str]


@contextmanager
def provider(python: Path, schema: Path, folder: Path, *options: str) -> Iterator[str]:
    """Run the stand-in; yield what tells Terraform where it is."""
    socket = folder / "aws.sock"
    code = Path(__file__).with_name("provider.py")
    with subprocess.Popen(  # noqa: S603 - our own code
        [python, code, schema, socket, *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            address = {"Network": "unix", "String": str(socket)}
            there = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": process.pid, "Test": True}
            yield json.dumps({"hashicorp/aws": there | {"Addr": address}})
        finally:
            process.terminate()


@dataclass
class Working:
    """A copy of infra/terraform, which may be spoilt."""

    folder: Path
    reattach: str

    @classmethod
    def copied(cls, folder: Path, reattach: str) -> Self:
        copy = folder / "terraform"
        # A checkout may have been used: what Terraform left there is not ours to copy.
        unwanted = shutil.ignore_patterns(".terraform*", "*.tfvars", "*.tfstate*", "backend.hcl")
        shutil.copytree(CONFIGURATION, copy, ignore=unwanted)
        return cls(copy, reattach)

    @classmethod
    def begun(cls, folder: Path, reattach: str) -> Self:
        """A copy in which both environments can be planned, with the values of their examples."""
        working = cls.copied(folder, reattach)
        for environment in ENVIRONMENTS:
            within = working.folder / "environments" / environment
            (within / "backend_override.tf").write_text(LOCAL_STATE)
            shutil.copy(within / "terraform.tfvars.example", within / "terraform.tfvars")
            begun = working.terraform("init", within=f"environments/{environment}")
            assert begun.returncode == 0, begun.stderr
        return working

    def again(self, folder: Path) -> Self:
        """Copy it as it is."""
        return replace(self, folder=shutil.copytree(self.folder, folder / "terraform"))

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of a command: Terraform must neither ask nor call home."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        return own | {
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_ARGS": "-no-color",
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_REATTACH_PROVIDERS": self.reattach,
            "PATH": f"{Path(sys.executable).parent}:{own['PATH']}",
        }

    def run(self, *command: str, within: str = ".") -> Done:
        return subprocess.run(  # noqa: S603 - our own arguments
            command,
            cwd=self.folder / within,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def terraform(self, *arguments: str, within: str = ".") -> Done:
        return self.run("terraform", *arguments, within=within)

    def planned(self, environment: str, **variables: str) -> Done:
        """Plan an environment that has begun; the plan is left in `plan`."""
        given = [f"-var={name}={value}" for name, value in ({"image": IMAGE} | variables).items()]
        return self.terraform("plan", "-out=plan", *given, within=f"environments/{environment}")

    def plan(self, environment: str, **variables: str) -> Plan:
        planned = self.planned(environment, **variables)
        assert planned.returncode == 0, planned.stdout + planned.stderr
        shown = self.terraform("show", "-json", "plan", within=f"environments/{environment}")
        document: dict[str, Any] = json.loads(shown.stdout)
        return Plan(document)

    def spoil(self, file: str, before: str, after: str) -> None:
        """Change a text that is there once."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(before) == 1, f"{file} holds {text.count(before)} times: {before}"
        path.write_text(text.replace(before, after))
