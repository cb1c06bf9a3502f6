"""Dashboards are what Grafana reads, and show every number that the service keeps."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.telemetry import INSTRUMENTS
from tests.infra.containers import tools
from tests.infra.observability import expressions
from tests.infra.observability.dashboards import FILES, GRAFANA, read, targets
from tests.infra.observability.prometheus import OBSERVABILITY

PROVISIONING = GRAFANA / "provisioning"
COLUMNS = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
IDS = [file.stem for file in FILES]


@pytest.fixture(params=FILES, ids=IDS)
def board(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


def provisioned(kind: str) -> Any:
    [file] = (PROVISIONING / kind).iterdir()
    return yaml.safe_load(file.read_text())


def test_there_are_dashboards_and_each_is_told_from_the_others() -> None:
    boards = [read(file) for file in FILES]

    assert [board["uid"] for board in boards] == [f"core-api-{name}" for name in IDS]
    assert "overview" in IDS
    assert max(Counter(board["title"] for board in boards).values()) == 1
    assert all(len(board["uid"]) <= 40 for board in boards)  # what Grafana takes


def test_a_dashboard_asks_whatever_source_is_chosen(board: dict[str, Any]) -> None:
    variables = {one["name"]: one for one in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", str(board["panels"])))

    assert variables["datasource"]["type"] == "datasource"
    assert variables["datasource"]["query"] == "prometheus"
    assert {name for name in used if not name.startswith("__")} <= variables.keys()
    assert [panel["datasource"] for panel in board["panels"]] == [SOURCE] * len(board["panels"])
    asked = [target["datasource"] for panel in board["panels"] for target in panel["targets"]]
    assert asked == [SOURCE] * len(asked)


def test_panels_have_ids_of_their_own_and_lie_side_by_side(board: dict[str, Any]) -> None:
    panels = board["panels"]
    covered = Counter(
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    )

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= {"stat", "timeseries"}
    assert max(covered.values()) == 1
    assert max(x for x, _ in covered) < COLUMNS
    for panel in panels:
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references) >= 1


def test_a_legend_names_labels_that_are_left(board: dict[str, Any]) -> None:
    for target in targets(board):
        named = set(re.findall(r"{{(\w+)}}", target.legend))
        assert named <= expressions.asked(expressions.meant(target.expression)).labels, target


def test_every_number_that_is_kept_is_shown() -> None:
    shown = {
        metric
        for file in FILES
        for target in targets(read(file))
        for metric in expressions.asked(expressions.meant(target.expression)).metrics
    }
    rules = (OBSERVABILITY / "rules.yml").read_text()

    for name, instrument in INSTRUMENTS.items():
        known_as = {f"{name}_{part}" for part in ("bucket", "count", "sum")}
        names = known_as if instrument.kind == "histogram" else {name}
        assert shown & names, name
    assert {one for one in shown if ":" in one} <= set(re.findall(r"record: (\S+)", rules))


def test_grafana_finds_prometheus_and_the_dashboards_where_compose_puts_them() -> None:
    found = tools.services(COMPOSE_PROFILES="observability")
    grafana = found["grafana"]
    [mount] = grafana["volumes"]
    [source] = provisioned("datasources")["datasources"]
    [provider] = provisioned("dashboards")["providers"]

    assert Path(mount["source"]) == GRAFANA
    assert provider["options"]["path"] == mount["target"]
    assert grafana["environment"]["GF_PATHS_PROVISIONING"] == f"{mount['target']}/provisioning"
    host, _, port = source["url"].removeprefix("http://").partition(":")
    assert [str(one["target"]) for one in found[host]["ports"]] == [port]
    assert (source["type"], source["uid"]) == ("prometheus", "prometheus")
