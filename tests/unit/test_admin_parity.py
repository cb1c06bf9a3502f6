"""Whatever operators can do over HTTP they can do at a terminal: by the same use cases."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.http.app import ROUTERS

ENTRYPOINTS = Path(__file__).parents[2] / "src" / "entrypoints"
ADMIN = sorted(
    {
        str(getattr(route, "name", ""))
        for router in ROUTERS
        for route in router.routes
        if str(getattr(route, "path", "")).startswith("/v1/admin")
    }
)
AT_A_TERMINAL = "\n".join(file.read_text() for file in (ENTRYPOINTS / "cli").rglob("*.py"))


def use_cases() -> Iterator[tuple[str, str]]:
    """Yield each endpoint with the use cases that it is given."""
    for file in (ENTRYPOINTS / "http").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.AsyncFunctionDef):
                for name in re.findall(r"Use\[\w+\.(\w+)\]", ast.unparse(node.args)):
                    yield node.name, name


GIVEN = dict(use_cases())


@pytest.mark.parametrize("endpoint", ADMIN)
def test_what_an_operator_does_over_http_has_a_command(endpoint: str) -> None:
    assert re.search(rf"\w\.{GIVEN[endpoint]}\b", AT_A_TERMINAL), GIVEN[endpoint]
