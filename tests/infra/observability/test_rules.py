"""What promtool says of the configuration and the alerts, and what each alert leads to."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from entrypoints.http.app import ROUTERS
from tests.infra.observability.prometheus import OBSERVABILITY, promtool
from tests.infra.tools import ROOT

RULES = yaml.safe_load((OBSERVABILITY / "rules.yml").read_text())["groups"][0]["rules"]
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in RULES if "alert" in rule}
CASES = yaml.safe_load((OBSERVABILITY / "rules_test.yml").read_text())["tests"]
RUNBOOKS = ROOT / "docs" / "how-to" / "runbooks.md"
CHAPTERS = re.findall(r"^## (\w+)$", RUNBOOKS.read_text(), re.MULTILINE)


def test_prometheus_takes_the_configuration_and_the_rules() -> None:
    assert "SUCCESS: 1 rule files found" in promtool("check", "config", "prometheus.yml")
    assert f"SUCCESS: {len(RULES)} rules found" in promtool("check", "rules", "rules.yml")


def test_alerts_come_when_they_should_and_not_when_they_should_not(tmp_path: Path) -> None:
    for name in ("rules.yml", "rules_test.yml"):
        shutil.copy(OBSERVABILITY / name, tmp_path)

    assert "SUCCESS" in promtool("test", "rules", "rules_test.yml", folder=tmp_path)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_tried_both_ways(alert: str) -> None:
    cases = [
        case
        for test in CASES
        for case in test.get("alert_rule_test", ())
        if case["alertname"] == alert
    ]

    assert {bool(case.get("exp_alerts")) for case in cases} == {True, False}


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_how_urgent_it_is_and_leads_to_its_runbook(alert: str) -> None:
    rule = ALERTS[alert]

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == f"docs/how-to/runbooks.md#{alert.lower()}"
    assert alert in CHAPTERS


def test_no_runbook_is_left_of_an_alert_that_is_gone() -> None:
    assert sorted(CHAPTERS) == sorted(ALERTS)


def test_what_may_take_its_time_are_routes_of_ours() -> None:
    """Each alternative of the pattern leaves some route out, and an ordinary one is left in."""
    [rule] = [rule for rule in RULES if rule.get("record") == "core_api:duration:p95_5m"]
    [pattern] = re.findall(r'http_route!~"([^"]+)"', rule["expr"])
    paths = {getattr(route, "path", "") for router in ROUTERS for route in router.routes}

    for alternative in _alternatives(pattern):
        assert any(re.fullmatch(alternative, path) for path in paths), alternative
    assert not re.fullmatch(pattern, "/v1/organizations/{organization_id}/collections")


def _alternatives(pattern: str) -> list[str]:
    """Spell out `a/(b|c)|d` as `a/b`, `a/c` and `d`."""
    spelled: list[str] = []
    for part in re.split(r"\|(?![^(]*\))", pattern):
        head, opened, rest = part.partition("(")
        inner, _, tail = rest.partition(")")
        spelled += [f"{head}{one}{tail}" for one in inner.split("|")] if opened else [part]
    return spelled
