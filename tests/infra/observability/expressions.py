"""What a PromQL expression asks for: which metrics, with which labels."""

import re
from dataclasses import dataclass
from typing import Final

WORD: Final = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
TEXT: Final = r'"(?:[^"\\]|\\.)*"'
SELECTOR: Final = re.compile(rf"\b({WORD})\b\s*({{(?:[^{{}}\"]|{TEXT})*}})?(?!\s*\()")
GROUPING: Final = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
DURATION: Final = re.compile(r"\[[^\]]*\]")
OPERATORS: Final = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})
OF_GRAFANA: Final = {"$__rate_interval": "5m", "$__range": "1h", "$route": ".*"}


@dataclass(frozen=True)
class Asked:
    """The vectors an expression selects, as PromQL, and the labels by which it groups."""

    selectors: frozenset[str]
    labels: frozenset[str]

    @property
    def metrics(self) -> frozenset[str]:
        return frozenset(one.partition("{")[0] for one in self.selectors)


def meant(expression: str) -> str:
    """Put what Grafana would in place of its variables."""
    for variable, value in OF_GRAFANA.items():
        expression = expression.replace(variable, value)
    return expression


def asked(expression: str) -> Asked:
    grouped = GROUPING.findall(expression)
    labels = {label.strip() for group in grouped for label in group.split(",") if label.strip()}
    rest = DURATION.sub("", GROUPING.sub("", expression))
    selectors = {
        f"{found[1]}{found[2] or ''}"
        for found in SELECTOR.finditer(rest)
        if found[1] not in OPERATORS and not _in_text(rest, found.start())
    }
    return Asked(frozenset(selectors), frozenset(labels))


def _in_text(expression: str, at: int) -> bool:
    """Tell whether a place lies between quotes."""
    return any(one.start() < at < one.end() for one in re.finditer(TEXT, expression))
