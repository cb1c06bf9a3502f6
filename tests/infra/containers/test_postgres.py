"""The database of Compose has our roles, each with a password of its own."""

from collections.abc import Iterator

import pytest

from tests.infra.containers import postgres
from tests.infra.containers.tools import VARIABLES


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.running() as started:
        yield started


@pytest.mark.parametrize(
    ("role", "variable"),
    [("core_owner", "CORE_OWNER_PASSWORD"), ("core_app", "CORE_APP_PASSWORD")],
)
def test_a_role_logs_in_with_its_password_and_no_other(
    server: postgres.Server, role: str, variable: str
) -> None:
    mine = VARIABLES[variable]
    others = {"", *VARIABLES.values()} - {mine}

    assert server.query(role, mine, "SELECT current_user").stdout == f"{role}\n"
    assert all(server.query(role, other, "SELECT 1").returncode != 0 for other in others)


def test_the_role_that_serves_owns_nothing(server: postgres.Server) -> None:
    made = server.query("core_app", VARIABLES["CORE_APP_PASSWORD"], "CREATE SCHEMA mine")

    assert "permission denied" in made.stderr


def test_nobody_comes_in_as_the_role_that_works_across_tenants(server: postgres.Server) -> None:
    for password in {"", *VARIABLES.values()}:
        assert server.query("core_platform", password, "SELECT 1").returncode != 0
