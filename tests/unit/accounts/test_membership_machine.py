from asyncio import Runner
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from bootstrap import Application, InMemoryContainer, Settings
from tests.contracts.membership_machine import MembershipMachine


def test_whatever_members_do_there_is_an_owner_who_can_sign_in(tmp_path: Path) -> None:
    ours = Settings(_env_file=None, data_dir=tmp_path, throttle_multiplier=10**6)

    class Machine(MembershipMachine):
        application = Application(InMemoryContainer(settings=ours.with_secret_keys()))

    with Runner() as Machine.runner:
        run_state_machine_as_test(
            Machine, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
        )
