"""The dashboards, as the files have them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.infra.observability.prometheus import OBSERVABILITY

GRAFANA: Final = OBSERVABILITY / "grafana"
FILES: Final = sorted(GRAFANA.glob("*.json"))


@dataclass(frozen=True)
class Target:
    """What a panel asks, and what it calls the answers."""

    panel: str
    ref: str
    expression: str
    legend: str


def read(file: Path) -> dict[str, Any]:
    board: dict[str, Any] = json.loads(file.read_text())
    return board


def targets(board: dict[str, Any]) -> Iterator[Target]:
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield Target(panel["title"], target["refId"], target["expr"], target["legendFormat"])
