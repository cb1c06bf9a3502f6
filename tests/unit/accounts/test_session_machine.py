"""Sessions in every order: what a refresh token is worth follows one simple model."""

from asyncio import Runner
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from dependency_injector import providers
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr

from bootstrap import InMemoryContainer, Settings
from core.accounts import exceptions, models, schemas, service
from core.exceptions import CoreError
from core.models import Actor
from tests import factories
from tests.clock import FakeClock
from tests.factories import PASSWORD
from tests.unit.accounts.conftest import application_of
from tests.unit.accounts.world import OPERATOR, OTHER_PASSWORD, World

IDLE, ABSOLUTE = timedelta(days=14), timedelta(days=90)
GRACE, ACCESS = timedelta(seconds=10), timedelta(minutes=10)


@dataclass(eq=False)
class Device:
    """What somebody holds who signed in once."""

    session_id: Any
    tokens: list[str]
    access_token: str
    access_ends: datetime
    rotated_at: datetime
    idle_ends: datetime
    ends: datetime
    ended: bool = field(default=False)

    def alive(self, now: datetime) -> bool:
        return not self.ended and now < self.idle_ends and now < self.ends


class SessionMachine(RuleBasedStateMachine):
    devices = Bundle("devices")

    runner: ClassVar[Runner]
    ours: ClassVar[Settings]

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Device] = []
        self.password, self.spare = PASSWORD, OTHER_PASSWORD

    @initialize()
    def begin(self) -> None:
        clock = FakeClock()
        container = InMemoryContainer(settings=self.ours)
        container.clock.override(providers.Object(clock))
        application = self.runner.run(application_of(container))
        self.world = World(application, container, clock)
        self.ada: models.User = self.runner.run(self.world.user())

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    # --- What happens -----------------------------------------------------------------------------

    @rule(target=devices)
    def signs_in(self) -> Device:
        pair = self.runner.run(self.world.log_in(self.ada, self.password))
        device = Device(
            session_id=pair.session_id,
            tokens=[pair.refresh_token],
            access_token=pair.access_token,
            access_ends=self.now + ACCESS,
            rotated_at=self.now,
            idle_ends=self.now + IDLE,
            ends=self.now + ABSOLUTE,
        )
        self.known.append(device)
        return device

    @rule()
    def guesses(self) -> None:
        self._expect(exceptions.InvalidCredentials, self.world.log_in(self.ada, "not the password"))

    @rule(seconds=st.sampled_from([1, 5, 9, 10, 11, 599, 600, 86_400, 13 * 86_400, 14 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.forward(seconds=seconds)

    @rule(device=devices, behind=st.integers(0, 3))
    def refreshes(self, device: Device, behind: int) -> None:
        behind = min(behind, len(device.tokens) - 1)
        token = SecretStr(device.tokens[-1 - behind])
        expected: type[CoreError] | None = None
        if not device.alive(self.now):
            expected = exceptions.SessionRevoked
        elif behind > 1 or (behind == 1 and self.now - device.rotated_at > GRACE):
            expected = exceptions.RefreshReuseDetected
        command = schemas.RefreshSession(refresh_token=token)
        refresh = self.world.use(service.RefreshSession)
        pair = self._expect(expected, refresh(command, factories.anonymous()))
        if expected is exceptions.RefreshReuseDetected:
            device.ended = True
        if isinstance(pair, schemas.TokenPair):
            self._refreshed(device, pair, again=behind == 1)

    def _refreshed(self, device: Device, pair: schemas.TokenPair, *, again: bool) -> None:
        if again:
            assert pair.refresh_token == device.tokens[-1]
        else:
            assert pair.refresh_token not in device.tokens
            device.tokens.append(pair.refresh_token)
            device.rotated_at, device.idle_ends = self.now, self.now + IDLE
        assert pair.refresh_expires_at == min(device.idle_ends, device.ends)
        device.access_token = pair.access_token
        device.access_ends = min(self.now + ACCESS, device.ends)

    @rule(device=devices)
    def asks(self, device: Device) -> None:
        expected: type[CoreError] | None = None
        if self.now >= device.access_ends:
            expected = exceptions.TokenExpired
        elif not device.alive(self.now):
            expected = exceptions.SessionRevoked
        credentials = schemas.Credentials(access_token=device.access_token)
        ask = self.world.use(service.Authenticate)
        self._expect(expected, ask(credentials, factories.anonymous()))

    @rule(device=devices, behind=st.integers(0, 3))
    def signs_out(self, device: Device, behind: int) -> None:
        token = SecretStr(device.tokens[-1 - min(behind, len(device.tokens) - 1)])
        log_out = self.world.use(service.LogOut)
        self._expect(None, log_out(schemas.LogOut(refresh_token=token), factories.anonymous()))
        device.ended = True

    @rule(device=devices, other=devices)
    def ends_a_session(self, device: Device, other: Device) -> None:
        expected = None if other.alive(self.now) else exceptions.SessionNotFound
        command = schemas.RevokeSession(session_id=other.session_id)
        self._expect(expected, self.world.use(service.RevokeSession)(command, self._actor(device)))
        other.ended = True

    @rule(device=devices)
    def signs_out_everywhere_else(self, device: Device) -> None:
        revoke = self.world.use(service.RevokeOtherSessions)
        self._expect(None, revoke(None, self._actor(device)))
        self._end_all(but=device)

    @rule(device=devices, others_too=st.booleans())
    def changes_the_password(self, device: Device, others_too: bool) -> None:  # noqa: FBT001
        command = schemas.ChangePassword(
            current_password=SecretStr(self.password),
            new_password=SecretStr(self.spare),
            revoke_other_sessions=others_too,
        )
        self._expect(None, self.world.use(service.ChangePassword)(command, self._actor(device)))
        self.password, self.spare = self.spare, self.password
        if others_too:
            self._end_all(but=device)

    @rule()
    def resets_the_password(self) -> None:
        ask = schemas.RequestPasswordReset(email=self.ada.email)
        anybody = factories.anonymous()
        self._expect(None, self.world.use(service.RequestPasswordReset)(ask, anybody))
        token = self.runner.run(self.world.mailed_token(self.ada.email))
        self.world.forget()
        command = schemas.ResetPassword(token=token, new_password=SecretStr(self.spare))
        self._expect(None, self.world.use(service.ResetPassword)(command, anybody))
        self.password, self.spare = self.spare, self.password
        self._end_all()

    @rule()
    def falls_and_stands_again(self) -> None:
        for status in ("suspended", "active"):
            command = schemas.UserStanding(user_id=self.ada.id, status=status)
            self._expect(None, self.world.use(service.SetUserStatus)(command, OPERATOR))
        self._end_all()

    # --- What always holds ------------------------------------------------------------------------

    @invariant()
    def the_live_sessions_are_those_of_the_model(self) -> None:
        if not self.known:
            return
        actor = Actor(kind="user", user_id=self.ada.id)
        page = self.runner.run(self.world.use(service.ListSessions)(None, actor))
        alive = {device.session_id for device in self.known if device.alive(self.now)}
        assert {one.id for one in page.items} == alive

    def _actor(self, device: Device) -> Actor:
        return Actor(
            kind="user",
            user_id=self.ada.id,
            session_id=device.session_id,
            authenticated_at=self.now,
        )

    def _end_all(self, but: Device | None = None) -> None:
        for device in self.known:
            device.ended = device.ended or device is not but

    def _expect(
        self, expected: type[CoreError] | None, asked: Coroutine[Any, Any, object]
    ) -> object:
        raised: type[CoreError] | None = None
        answer: object = None
        try:
            answer = self.runner.run(asked)
        except CoreError as error:
            raised = type(error)
        assert raised is expected
        return answer


def test_whatever_happens_a_session_is_worth_what_the_model_says(tmp_path: Path) -> None:
    class Machine(SessionMachine):
        ours = Settings(
            _env_file=None, data_dir=tmp_path, throttle_multiplier=10**6
        ).with_secret_keys()

    with Runner() as Machine.runner:
        run_state_machine_as_test(
            Machine, settings=settings(max_examples=50, stateful_step_count=40, deadline=None)
        )
