"""The collector's configuration fits together, and fits what is around it.

No collector can be installed from the registries that the project builds from, so none is run: what
its components make of their options is not tried here.
"""

import re
from typing import Any

import pytest
import yaml

from tests.infra.containers import tools
from tests.infra.observability.prometheus import OBSERVABILITY
from tests.infra.tools import ROOT

FILE = OBSERVABILITY / "otel-collector.yaml"
PAGE = ROOT / "docs" / "how-to" / "traces.md"
KINDS = ("receivers", "processors", "exporters")
PROFILE = {"grafana", "collector", "jaeger"}


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return configuration


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return tools.services(COMPOSE_PROFILES="observability")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_configured_is_used_and_the_other_way_round(
    read: dict[str, Any], kind: str
) -> None:
    used = [name for one in read["service"]["pipelines"].values() for name in one[kind]]

    assert sorted(used) == sorted(read[kind])


def test_traces_are_limited_before_anything_else_is_done_with_them(read: dict[str, Any]) -> None:
    assert list(read["service"]["pipelines"]) == ["traces"]
    assert read["service"]["pipelines"]["traces"]["processors"][0] == "memory_limiter"


def test_compose_gives_it_all_that_it_reads_and_the_store_is_beside_it(
    read: dict[str, Any], services: dict[str, Any]
) -> None:
    collector = services["collector"]
    [mount] = collector["volumes"]

    assert set(re.findall(r"\${env:(\w+)}", FILE.read_text())) == set(collector["environment"])
    assert mount["source"] == str(FILE)
    assert collector["command"] == [f"--config={mount['target']}"]
    assert collector["environment"]["TRACES_ENDPOINT"] == "http://jaeger:4318"
    assert {"jaeger"} == set(collector["depends_on"])


def test_the_service_is_told_of_the_port_it_listens_on(
    read: dict[str, Any], services: dict[str, Any]
) -> None:
    endpoint = read["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    named = re.findall(r"^OTEL_EXPORTER_OTLP_ENDPOINT=(\S+)", PAGE.read_text(), re.MULTILINE)

    assert f"http://collector:{endpoint.rpartition(':')[2]}" in named
    assert "collector" in services


def test_what_shows_numbers_comes_only_when_asked_for_and_to_this_machine_alone(
    services: dict[str, Any],
) -> None:
    assert services.keys() - tools.services().keys() == PROFILE
    for name in PROFILE:
        service = services[name]
        assert re.fullmatch(r"\S+:[\w.-]+@sha256:[0-9a-f]{64}", service["image"])
        assert {port["host_ip"] for port in service.get("ports", [])} <= {"127.0.0.1"}
        assert list(service["networks"]) == ["default"]  # never that of the database
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "ports" not in services["collector"]


def test_grafana_has_no_account_and_nobody_may_change_anything(services: dict[str, Any]) -> None:
    said = services["grafana"]["environment"]

    assert said["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert said["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"
    assert said["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
