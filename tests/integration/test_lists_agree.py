"""Whatever is asked of a list, PostgreSQL and memory find the same rows, in the same order."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.postgres.listing import listed as postgres_list
from bootstrap import Application, InMemoryContainer, Settings
from core.listing import ESTIMATED, Listing
from core.models import Model
from tests.contracts import listed
from tests.contracts.listing import Listed, requests


@pytest.fixture(scope="session")
async def twins(wired: Application, settings: Settings) -> dict[str, tuple[Listed, Listed]]:
    """The same rows, kept by both."""
    both = listed.Twins(InMemoryContainer(settings=settings), wired.container)
    return {name: await seed(both) for name, seed in listed.SEEDS.items()}


@pytest.mark.parametrize("name", listed.SEEDS)
@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_they_agree_on_whatever_is_asked(
    twins: dict[str, tuple[Listed, Listed]], name: str, data: st.DataObject
) -> None:
    memory, postgres = twins[name]
    asked = memory.ours(data.draw(requests(memory.request, memory.rows)))

    found, first = await postgres.walked(asked)
    others, _ = await memory.walked(asked)

    meant = asked.evolve(limit=100).among(memory.rows).items
    assert found == others == meant
    assert first.count == (None if asked.count == "none" else len(meant))


class Numbered(Model):
    id: int


@pytest.mark.parametrize("most", [ESTIMATED - 1, ESTIMATED, ESTIMATED + 1, 50 * ESTIMATED])
async def test_an_estimate_is_exact_up_to_a_number_and_asks_the_planner_beyond_it(
    wired: Application, most: int
) -> None:
    """What a series gives is known to the planner exactly, so that it can be told apart."""
    found = await postgres_list(
        wired.container.database(),
        Numbered,
        "SELECT id FROM generate_series(1, %(most)s) AS id",
        {"most": most},
        limit=2,
        listing=Listing(counting="estimated"),
    )

    assert [row.id for row in found] == [most, most - 1]
    assert found.total == most
