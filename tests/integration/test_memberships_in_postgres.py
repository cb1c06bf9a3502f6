"""The rules of membership hold in PostgreSQL as they do in memory, also when people race."""

from asyncio import Runner

from hypothesis import settings as hypothesis
from hypothesis.stateful import run_state_machine_as_test

from bootstrap import Application, Settings, application
from tests.contracts.membership_machine import MembershipMachine


def test_whatever_members_do_there_is_an_owner_who_can_sign_in(
    wired: Application, settings: Settings
) -> None:
    assert wired.container is not None  # it migrated the database
    relaxed = settings.model_copy(update={"throttle_multiplier": 10**6})
    opening = application(relaxed)

    class Machine(MembershipMachine):
        pass

    with Runner() as Machine.runner:
        Machine.application = Machine.runner.run(opening.__aenter__())
        try:
            run_state_machine_as_test(
                Machine, settings=hypothesis(max_examples=8, stateful_step_count=20, deadline=None)
            )
        finally:
            Machine.runner.run(opening.__aexit__(None, None, None))
