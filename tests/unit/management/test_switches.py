"""What operators switch for everybody, and who is let through all the same."""

from collections.abc import AsyncIterator
from typing import Any, override

import httpx
import pytest
from dependency_injector import providers
from pydantic import SecretStr

from bootstrap import Application, InMemoryContainer
from containers.duties import USE_CASES
from core.accounts import schemas as accounts
from core.accounts import service as accounts_service
from core.audit import AuditEvent
from core.exceptions import (
    PermissionDenied,
    ReadOnlyMode,
    SignUpsClosed,
    Unavailable,
    ValidationFailed,
)
from core.management.switches import schemas, service
from core.management.switches.board import Switchboard
from core.management.switches.models import Switch
from core.models import Actor
from core.service import UseCase, halts
from entrypoints.http.app import create_app
from tests.clock import FakeClock
from tests.contracts.founding import owning
from tests.factories import PASSWORD, anonymous, email

OPERATOR = Actor(kind="user", platform_role="operator", strong=True)
SUPPORTER = Actor(kind="user", platform_role="support", strong=True)
READ_ONLY = schemas.SetSwitch(name="read_only", on=True, reason="We move house.")
CLOSED = schemas.SetSwitch(name="sign_ups", on=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(container: InMemoryContainer, clock: FakeClock) -> InMemoryContainer:
    container.clock.override(providers.Object(clock))
    return container


@pytest.fixture
async def http(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    await application.use(accounts_service.EnsureSigningKeys)(None, Actor(kind="system"))
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://core.example") as opened:
        yield opened


def registration(**about: Any) -> accounts.RegisterUser:
    return accounts.RegisterUser(email=email(), password=SecretStr(PASSWORD), **about)


# --- Setting them ---------------------------------------------------------------------------------


async def test_an_operator_sets_a_switch_and_it_is_audited(
    application: Application, container: InMemoryContainer, clock: FakeClock
) -> None:
    await application.use(service.SetSwitch)(READ_ONLY, OPERATOR)

    shown = (await application.use(service.ListSwitches)(None, SUPPORTER)).items
    assert [(one.name, one.on, one.reason, one.changed_at) for one in shown] == [
        ("read_only", True, "We move house.", clock.moment),
        ("sign_ups", True, None, None),
    ]
    [row] = container.store().table(AuditEvent).values()
    assert row.action == "admin.switch_set"
    assert row.metadata == {"name": "read_only", "on": True, "reason": "We move house."}


async def test_to_go_read_only_takes_a_reason(application: Application) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await application.use(service.SetSwitch)(
            schemas.SetSwitch(name="read_only", on=True), OPERATOR
        )

    assert [one.pointer for one in refused.value.errors] == ["#/reason"]


@pytest.mark.parametrize("actor", [SUPPORTER, Actor(kind="user"), Actor(kind="api_key")])
async def test_switches_are_set_by_operators_alone(application: Application, actor: Actor) -> None:
    with pytest.raises(PermissionDenied):
        await application.use(service.SetSwitch)(READ_ONLY, actor)


# --- The board ------------------------------------------------------------------------------------


async def test_operators_alone_write_while_the_service_is_read_only(
    application: Application, container: InMemoryContainer
) -> None:
    board, owner = container.switchboard(), await owning(container)
    await board.require_writable(None)
    await application.use(service.SetSwitch)(READ_ONLY, OPERATOR)

    await board.require_writable(OPERATOR)
    await board.require_writable(Actor(kind="cli"))
    impersonating = OPERATOR.evolve(impersonator_id=owner.user_id)
    for refused in (None, owner, SUPPORTER, Actor(kind="api_key"), impersonating):
        with pytest.raises(ReadOnlyMode) as error:
            await board.require_writable(refused)
        assert error.value.detail == "We move house."
        assert error.value.retry_after


async def test_a_process_looks_again_in_a_moment_and_not_before(
    container: InMemoryContainer, clock: FakeClock
) -> None:
    board, switches = container.switchboard(), container.switches()
    await board.require_writable(None)

    await switches.put(Switch(name="read_only", on=True, reason="Elsewhere"))
    await board.require_writable(None)
    clock.forward(seconds=2)

    with pytest.raises(ReadOnlyMode):
        await board.require_writable(None)


async def test_while_nothing_can_be_read_what_was_read_last_holds(clock: FakeClock) -> None:
    class Failing(Counting):
        @override
        async def all(self) -> list[Switch]:
            if self.asked:
                self.asked += 1
                raise Unavailable
            return await super().all()

    switches = Failing(Switch(name="read_only", on=True, reason="x"))
    board = Switchboard(switches, clock)

    for _ in range(3):
        with pytest.raises(ReadOnlyMode):
            await board.require_writable(None)
        clock.forward(seconds=3)
    assert switches.asked == 3


async def test_of_many_requests_one_asks(clock: FakeClock) -> None:
    switches = Counting()
    board = Switchboard(switches, clock)

    for _ in range(100):
        await board.require_writable(None)

    assert switches.asked == 1


class Counting:
    """Switches that count how often they are looked at."""

    def __init__(self, *there: Switch) -> None:
        self.there, self.asked = list(there), 0

    async def all(self) -> list[Switch]:
        self.asked += 1
        return self.there

    async def put(self, switch: Switch) -> None:
        self.there.append(switch)


# --- Signing up -----------------------------------------------------------------------------------


async def test_nobody_signs_up_while_that_is_off(
    application: Application, container: InMemoryContainer
) -> None:
    register = application.use(accounts_service.RegisterUser)
    await application.use(service.SetSwitch)(CLOSED.evolve(reason="We are full."), OPERATOR)

    with pytest.raises(SignUpsClosed) as refused:
        await register(registration(), anonymous())
    assert refused.value.detail == "We are full."

    await application.use(service.SetSwitch)(CLOSED.evolve(on=True), OPERATOR)
    await register(registration(), anonymous())


async def test_who_is_invited_signs_up_all_the_same(
    application: Application, container: InMemoryContainer
) -> None:
    owner, invited = await owning(container), email()
    invite = accounts.InviteMember(email=invited)
    await application.use(accounts_service.InviteMember)(invite, owner)
    await application.work(wait=False)
    [token] = [
        line.split("invitation=")[1]
        for _, mail in container.mailer().sent  # type: ignore[attr-defined]
        for line in mail.text.splitlines()
        if "invitation=" in line
    ]
    await application.use(service.SetSwitch)(CLOSED, OPERATOR)

    command = registration(invitation_token=token)
    with pytest.raises(SignUpsClosed):  # the token is another's
        await application.use(accounts_service.RegisterUser)(command, anonymous())
    await application.use(accounts_service.RegisterUser)(
        command.model_copy(update={"email": invited}), anonymous()
    )

    user = await container.users().by_email(invited)
    assert user is not None
    assert user.email_verified_at is not None


# --- What halts -----------------------------------------------------------------------------------

GOING_ON = {
    "AnswerSso",
    "CompleteMfaChallenge",
    "ExchangeSsoCode",
    "LogIn",
    "LogInWithPasskey",
    "LogOut",
    "Reauthenticate",
    "ReauthenticateByCode",
    "ReauthenticateWithPasskey",
    "RefreshSession",
    "RequestMailLogin",
    "SetSwitch",
    "SignInByMail",
    "StartSso",
}
"""What opens transactions and goes on: signing in and out, and the switches themselves."""

HALTING_TOO = {"BeginPaymentMethod", "OpenPortal", "PutByGrant"}
"""What changes something elsewhere than in the database."""


def test_signing_in_and_out_go_on_and_all_else_that_changes_something_halts() -> None:
    everything = [getattr(module, name) for module in USE_CASES for name in module.__all__]

    def changes(part: Any) -> bool:
        kinds = part.ports()
        return "transaction" in kinds or any(
            isinstance(kind, type) and hasattr(kind, "ports") and changes(kind)
            for kind in kinds.values()
        )

    assert {one.__name__ for one in everything if changes(one) and not halts(one)} == GOING_ON
    assert {one.__name__ for one in everything if halts(one) and not changes(one)} == HALTING_TOO
    assert issubclass(everything[0], UseCase)


async def test_over_http_everybody_is_told_why_nothing_can_be_changed(
    application: Application, http: httpx.AsyncClient
) -> None:
    who = {"email": email(), "password": PASSWORD}
    await http.post("/v1/auth/register", json=who)
    await application.use(service.SetSwitch)(READ_ONLY, OPERATOR)

    refused = await http.post("/v1/auth/register", json={"email": email(), "password": PASSWORD})
    form = await http.post("/forgot-password", data={"email": who["email"]})
    wrong = await http.post("/v1/auth/login", json=who)

    assert (refused.status_code, refused.json()["code"]) == (503, "read_only_mode")
    assert refused.json()["detail"] == refused.json()["reason"] == "We move house."
    assert refused.headers["retry-after"] == "60"
    assert form.status_code == 503
    assert "service is being looked after" in form.text
    assert wrong.json()["code"] == "email_not_verified"  # so it was looked at
    assert (await http.get("/forgot-password")).status_code == 200
