"""The commands of the page do what it says, as far as they can without an account of AWS.

Those that can't be walked here talk to AWS, or to Docker, and are fenced as `sh account`.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.infra.terraform.working import IMAGE, LOCAL_STATE, ROOT, Working

PAGE = ROOT / "docs" / "how-to" / "terraform.md"
FENCE = re.compile(r"^```(sh|sh account)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ASKS_AWS = re.compile(r"\baws |\bterraform apply |secrets\.sh|-backend-config=")

BLOCKS = FENCE.findall(PAGE.read_text())


@pytest.fixture
def checkout(tmp_path: Path, reattach: str) -> Working:
    """A checkout, with the state on this machine instead of in a bucket."""
    (tmp_path / "infra").mkdir()
    working = Working.copied(tmp_path / "infra", reattach)
    (working.folder / "environments" / "prod" / "backend_override.tf").write_text(LOCAL_STATE)
    return Working(tmp_path, reattach)


def test_the_page_can_be_walked_as_far_as_nobody_needs_an_account(checkout: Working) -> None:
    script = ["set -eu"]
    for kind, block in BLOCKS:
        if kind == "sh":
            script.append(block)
        elif "terraform init" in block:
            script.append("terraform init")

    walked = checkout.run("/bin/sh", "-c", "\n".join(script))

    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert re.search(r"Success! \d{2} passed, 0 failed", walked.stdout)
    fargate, ec2 = re.findall(r"Plan: (\d+) to add", walked.stdout)
    assert int(ec2) > int(fargate) > 70
    assert "module.stack.module.service.aws_autoscaling_group.machine[0]" in walked.stdout


def test_what_is_not_walked_asks_aws() -> None:
    left = [block for kind, block in BLOCKS if kind == "sh account"]

    assert len(left) >= 6
    assert [block for block in left if not ASKS_AWS.search(block)] == []


def test_what_is_applied_could_be_planned(checkout: Working) -> None:
    """The apply of the page itself, up to the moment when AWS is asked."""
    (apply,) = [
        block for kind, block in BLOCKS if kind == "sh account" and "$repository@$digest" in block
    ]
    folder = checkout.folder / "infra" / "terraform" / "environments" / "prod"
    shutil.copy(folder / "terraform.tfvars.example", folder / "terraform.tfvars")
    repository, _, digest = IMAGE.partition("@")
    plan = apply.replace("terraform apply", "terraform plan")

    planned = checkout.run(
        *("/bin/sh", "-euc", f"repository={repository} digest={digest}\nterraform init\n{plan}"),
        within="infra/terraform/environments/prod",
    )

    assert planned.returncode == 0, planned.stderr
    assert "module.stack.module.service.terraform_data.migrate[0]" in planned.stdout


def test_the_page_names_scripts_and_outputs_that_there_are() -> None:
    text = PAGE.read_text()
    outputs = (ROOT / "infra/terraform/environments/prod/outputs.tf").read_text()

    for script in set(re.findall(r"\.\./\.\./(bin/[a-z-]+\.sh)", text)):
        assert (ROOT / "infra" / "terraform" / script).stat().st_mode & 0o111
    for name in set(re.findall(r"terraform output (?:-raw|-json) (\w+)", text)):
        assert f'output "{name}"' in outputs
