"""The workflows run: here, with what only GitHub or AWS has replaced, and all else as it is.

The actions that talk to GitHub or AWS can't be had here, and steps stand in for them. What they are
given, and what the workflow makes of what they give, is what is tested.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.tools import ROOT, ran
from tests.infra.workflows.cloud import DIGEST, NAMES, PREFIX, REPOSITORY, TAG, Cloud
from tests.infra.workflows.runner import WORKFLOWS, Runner

RECIPES = """
set positional-arguments

ci *given:
    @echo "saw ci, CI is $CI, $# arguments; $(ls -A | tr '\\n' ' ')"

lint:
    @echo "saw lint"

thorough:
    @echo "saw thorough"

unit:
    @echo "saw unit"; sleep 1; false
"""
SAW = re.compile(r"\| saw (.+)$", re.MULTILINE)

CREDENTIALS = """
  - shell: sh
    run: |
      echo "saw role ${{ inputs.role-to-assume }}"
      {
        echo "AWS_REGION=${{ inputs.aws-region }}"
        echo "AWS_DEFAULT_REGION=${{ inputs.aws-region }}"
        echo "AWS_ACCESS_KEY_ID=nobody"
        echo "AWS_SECRET_ACCESS_KEY=nothing"
        echo "AWS_ENDPOINT_URL=%s"
      } >>"$GITHUB_ENV"
"""
BUILD = f"""
  - id: built
    shell: sh
    run: |
      echo "saw tags ${{{{ inputs.tags }}}}"
      echo "saw push ${{{{ inputs.push }}}} sbom ${{{{ inputs.sbom }}}}"
      echo "digest={DIGEST}" >>"$GITHUB_OUTPUT"
"""


def seen(output: str) -> list[str]:
    return SAW.findall(output)


@pytest.mark.parametrize("event", ["push", "pull_request", "workflow_dispatch"])
def test_ci_runs_everything_by_our_own_recipe(tmp_path: Path, event: str) -> None:
    done = Runner(tmp_path, RECIPES).run(event, "ci.yml")

    assert done.returncode == 0, done.stdout
    [said] = seen(done.stdout)
    assert said.startswith("ci, CI is true, 0 arguments;")
    assert "justw" in said  # it was checked out


def test_one_recipe_alone_can_be_asked_for(tmp_path: Path) -> None:
    runner = Runner(tmp_path, RECIPES)

    done = runner.run("workflow_dispatch", "ci.yml", "--input", "recipe=lint")
    assert (done.returncode, seen(done.stdout)) == (0, ["lint"])


def test_ci_fails_when_its_recipe_does(tmp_path: Path) -> None:
    runner = Runner(tmp_path, RECIPES)

    done = runner.run("workflow_dispatch", "ci.yml", "--input", "recipe=unit")
    assert (done.returncode, seen(done.stdout)) == (1, ["unit"])


def test_every_week_many_more_inputs_are_tried(tmp_path: Path) -> None:
    done = Runner(tmp_path, RECIPES).run("schedule", "ci.yml")
    assert (done.returncode, seen(done.stdout)) == (0, ["thorough"])


def test_every_recipe_that_can_be_asked_for_is_one() -> None:
    recipes = ran(ROOT / "justw", "--summary").stdout.split()
    parsed: dict[Any, Any] = yaml.safe_load((WORKFLOWS / "ci.yml").read_text())
    inputs = parsed[True]["workflow_dispatch"]["inputs"]  # YAML takes `on` for a truth

    assert set(inputs["recipe"]["options"]) <= set(recipes)


def given(**more: str) -> list[str]:
    variables = NAMES | {"AWS_REGION": "eu-central-1", "DEPLOY_ROLE_ARN": "arn:deploy"} | more
    return [f"--var={name}={value}" for name, value in variables.items()]


def test_a_deployment_releases_with_the_variables_of_its_environment(tmp_path: Path) -> None:
    with Cloud() as cloud:
        runner = Runner(tmp_path)
        role = runner.stand_in("aws-actions/configure-aws-credentials", CREDENTIALS % cloud.url)
        asked = ("--input=environment=dev", f"--input=image={TAG}")
        done = runner.run("workflow_dispatch", "deploy.yml", *asked, role, *given())

    assert done.returncode == 0, done.stdout
    assert seen(done.stdout) == ["role arn:deploy"]
    assert len(cloud.called("RunTask")) == 1
    assert cloud.moved == ["worker", "api"]
    assert cloud.services["api"]["taskDefinition"] == f"{PREFIX}:task-definition/core-api:2"


def test_a_deployment_whose_migration_fails_fails(tmp_path: Path) -> None:
    with Cloud() as cloud:
        cloud.exit_code = 1
        runner = Runner(tmp_path)
        role = runner.stand_in("aws-actions/configure-aws-credentials", CREDENTIALS % cloud.url)
        asked = ("--input=environment=dev", f"--input=image={TAG}")
        done = runner.run("workflow_dispatch", "deploy.yml", *asked, role, *given())

    assert done.returncode == 1
    assert cloud.moved == []


@pytest.mark.parametrize(
    ("ref", "tag"), [("refs/heads/main", "%(sha)s"), ("refs/tags/v1.2.3", "v1.2.3")]
)
def test_an_image_is_pushed_under_a_name_that_never_moves(
    tmp_path: Path, ref: str, tag: str
) -> None:
    with Cloud() as cloud:
        runner = Runner(tmp_path, RECIPES)
        docker = runner.bin / "docker"
        docker.write_text('#!/bin/sh\necho "saw docker $*"\n[ "$1" = buildx ] || cat >/dev/null\n')
        docker.chmod(0o755)
        event = tmp_path / "event.json"
        event.write_text(f'{{"ref": "{ref}"}}')
        if ref.startswith("refs/tags/"):
            ran("git", "tag", "v1.2.3", folder=runner.tree)
        done = runner.run(
            *("push", "image.yml", "--job=publish", f"--eventpath={event}"),
            runner.stand_in("aws-actions/configure-aws-credentials", CREDENTIALS % cloud.url),
            runner.stand_in("docker/build-push-action", BUILD),
            *given(DEPLOYS="true"),
        )

    assert done.returncode == 0, done.stdout
    sha = ran("git", "rev-parse", "HEAD", folder=runner.tree).stdout.strip()
    registry = REPOSITORY.partition("/")[0]
    assert seen(done.stdout) == [
        "role arn:deploy",
        f"docker login --username AWS --password-stdin {registry}",
        "docker buildx create --use",
        f"tags {REPOSITORY}:{tag % {'sha': sha}}",
        "push true sbom true",
    ]


def test_nothing_is_pushed_where_nothing_is_deployed_to(tmp_path: Path) -> None:
    done = Runner(tmp_path, RECIPES).run("push", "image.yml", "--job=publish")

    assert done.returncode == 0, done.stdout
    assert seen(done.stdout) == []
