from asyncio import Runner
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from bootstrap import InMemoryContainer, Settings
from tests.contracts.usage_machine import UsageMachine


def test_whatever_becomes_of_objects_the_sums_are_right(tmp_path: Path) -> None:
    ours = Settings(_env_file=None, data_dir=tmp_path)

    class Machine(UsageMachine):
        container = InMemoryContainer(settings=ours.with_secret_keys())

    with Runner() as Machine.runner:
        run_state_machine_as_test(
            Machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
        )
