"""Sums of what organizations hold are right in PostgreSQL as they are in memory."""

from asyncio import Runner

from hypothesis import settings as hypothesis
from hypothesis.stateful import run_state_machine_as_test

from bootstrap import Application, Settings, application
from tests.contracts.usage_machine import UsageMachine


def test_whatever_becomes_of_objects_the_sums_are_right(
    wired: Application, settings: Settings
) -> None:
    assert wired.container is not None  # it migrated the database
    opening = application(settings)

    class Machine(UsageMachine):
        pass

    with Runner() as Machine.runner:
        opened = Machine.runner.run(opening.__aenter__())
        Machine.container = opened.container
        try:
            run_state_machine_as_test(
                Machine, settings=hypothesis(max_examples=8, stateful_step_count=30, deadline=None)
            )
        finally:
            Machine.runner.run(opening.__aexit__(None, None, None))
