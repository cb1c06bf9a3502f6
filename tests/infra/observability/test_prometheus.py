"""Debian's Prometheus, by the project's files, watches a service and a worker that are used."""

from typing import Any

import pytest
import yaml

from tests.infra.observability import dashboards, expressions
from tests.infra.observability.prometheus import OBSERVABILITY, Prometheus
from tests.infra.observability.used import Installation

OF_PROMETHEUS = {"up", "ALERTS"}
"""What it makes itself; no alert fires here."""

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((OBSERVABILITY / "rules.yml").read_text())["groups"]
    for rule in group["rules"]
]
QUESTIONS = {rule.get("alert") or rule["record"]: rule["expr"] for rule in RULES} | {
    f"{file.stem}: {target.panel} {target.ref}": expressions.meant(target.expression)
    for file in dashboards.FILES
    for target in dashboards.targets(dashboards.read(file))
}


def test_the_service_and_the_worker_are_up(asked: Prometheus) -> None:
    up = asked.awaited(lambda: asked.query("up == 1"), lambda found: len(found) == 2)

    assert {labels["job"] for labels, _ in up} == {"core-api", "core-api-worker"}


def test_requests_and_jobs_are_counted_where_they_happen(
    asked: Prometheus, installation: Installation
) -> None:
    login = 'sum(http_server_request_duration_seconds_count{http_route="/v1/auth/login",%s})'
    [(_, before)] = asked.found(login % 'http_response_status_code="200"')
    person = installation.service.person()
    person.log_in()

    asked.found(f"{login % 'http_response_status_code="200"'} == {before + 2}")
    asked.found(f"{login % 'http_response_status_code="429"'} >= 1")
    sent = 'sum by (job) (jobs_total{name="mails.send",outcome="succeeded"}) > 0'
    assert [labels["job"] for labels, _ in asked.found(sent)] == ["core-api-worker"]


def test_every_rule_is_evaluated_and_what_is_recorded_is_there(asked: Prometheus) -> None:
    def evaluated() -> dict[str, str]:
        groups = asked.get("/rules")["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    health = asked.awaited(evaluated, lambda found: "unknown" not in found.values())
    assert health == dict.fromkeys((rule.get("alert") or rule["record"] for rule in RULES), "ok")
    asked.found("core_api:requests:rate5m > 0")
    asked.found("core_api:errors:ratio5m >= 0 and core_api:errors:ratio5m <= 1")
    asked.found("core_api:duration:p95_5m > 0")


@pytest.mark.parametrize("name", QUESTIONS)
def test_whatever_is_asked_for_is_told(asked: Prometheus, name: str) -> None:
    """Prometheus takes the expression, and has each metric with the labels that are named."""
    asked.query(QUESTIONS[name])
    question = expressions.asked(QUESTIONS[name])

    assert question.selectors
    for selector in question.selectors:
        if selector.partition("{")[0] in OF_PROMETHEUS:
            continue
        found = asked.found(selector)
        assert question.labels <= {label for labels, _ in found for label in labels}, selector


def test_an_alert_is_on_its_way_once_the_worker_is_gone(
    asked: Prometheus, installation: Installation
) -> None:
    def pending() -> list[str]:
        alerts = asked.get("/alerts")["alerts"]
        down = [one for one in alerts if one["labels"]["alertname"] == "CoreApiDown"]
        return [one["labels"]["job"] for one in down]

    assert pending() == []
    assert installation.worker.stop() == 0

    assert asked.awaited(pending, bool) == ["core-api-worker"]
