"""Whatever happens at the provider, and in whatever order, how often or tampered with it is told.

The machine changes things at the provider's own pages, lets time pass, and delivers what it is told
of: late, twice, in any order, altered, or never. What is kept is always something that was so, what
others hear is a chain without gaps or repetitions, and in the end what is kept is what is so. What
they hear of movements adds up to what is paid a month, at any time.
"""

import json
import tempfile
from asyncio import Runner
from pathlib import Path
from typing import Any, override

import pytest
from dependency_injector import providers
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from pydantic import SecretStr
from stripe import WebhookSignature

from bootstrap import Application, InMemoryContainer, Settings
from core.billing import exceptions, revenue, schemas, service
from core.billing.events import MrrChanged, SubscriptionChanged
from core.billing.models import Mirrored, Pause, ProviderEvent, Subscription, Wanted
from core.events.models import FanOut
from core.models import Event
from tests.clock import FakeClock
from tests.stripe import objects
from tests.unit.billing.desk import CATALOGUE, SYSTEM, Desk

SECRET = "whsec_machine"
RUNNER = Runner()


@pytest.fixture(scope="module", autouse=True)
def _runner() -> Any:
    yield
    RUNNER.close()


def made_desk() -> Desk:
    folder = Path(tempfile.mkdtemp())
    read = Settings(
        _env_file=None, data_dir=folder, stripe_webhook_secrets=(SecretStr(SECRET),)
    ).with_secret_keys()
    container, clock = InMemoryContainer(settings=read), FakeClock()
    container.clock.override(providers.Object(clock))
    return Desk(Application(container), container, clock)


class InboxMachine(RuleBasedStateMachine):
    told: Any = Bundle("told")
    """Events that the provider would send, as long as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = made_desk()
        self.number = 0
        self.heard = 0
        self.once: list[dict[str, Any]] = []

    def run(self, what: Any) -> Any:
        return RUNNER.run(what)

    @initialize(last4=st.sampled_from(["4242", "0341", "3184"]))
    def subscribes(self, last4: str) -> None:
        self.run(self.desk.open())
        checkout: Any = self.run(self.desk.checkout("solo_monthly"))
        self.run(self.desk.pay(checkout, last4))
        self._remember()

    # --- What happens at the provider ---------------------------------------------------------

    @rule(
        price=st.sampled_from(["solo_monthly", "team_monthly", "team_yearly"]),
        quantity=st.integers(1, 3),
    )
    def changes(self, price: str, quantity: int) -> None:
        prices: Any = self.run(self.desk.container.shop().prices())
        wanted = [Wanted(price_id=prices[price].id, quantity=quantity)]
        self._write("change", wanted, "none")

    @rule(when=st.sampled_from(["now", "period_end"]))
    def cancels(self, when: str) -> None:
        self._write("cancel", when=when)

    @rule()
    def keeps(self) -> None:
        self._write("keep")

    @rule(paused=st.booleans())
    def pauses(self, *, paused: bool) -> None:
        self._write("pause", Pause(behavior="void") if paused else None)

    @rule(days=st.sampled_from([0, 1, 8, 31]))
    def time_passes(self, days: int) -> None:
        self.desk.clock.forward(days=days, seconds=1)
        self._remember()

    @rule(target=told)
    def tells(self) -> Any:
        return multiple(*self._news())

    # --- What arrives -------------------------------------------------------------------------

    @rule(event=told, times=st.integers(1, 3))
    def delivers(self, event: ProviderEvent, times: int) -> None:
        for _ in range(times):
            self.run(self._receive(event))

    @rule(event=told, place=st.integers(0, 10_000))
    def delivers_altered(self, event: ProviderEvent, place: int) -> None:
        body = bytearray(self._body(event))
        body[place % len(body)] ^= 1
        count = len(self._inbox())
        with pytest.raises((exceptions.InvalidSignature, exceptions.InvalidEvent)):
            self.run(self._receive(event, bytes(body)))
        assert len(self._inbox()) == count

    @rule()
    def works(self) -> None:
        self.run(self.desk.work_off())

    # --- What is so at any time ---------------------------------------------------------------

    @invariant()
    def what_is_kept_was_so(self) -> None:
        for one in self.desk.mirrored.values():
            assert one.model_dump() in self.once

    @invariant()
    def what_others_hear_is_a_chain(self) -> None:
        before: tuple[Any, Any] = (None, None)
        for one in self._told(SubscriptionChanged):
            assert (one.before, one.plan_before) == before
            assert (one.after, one.plan_after) != before
            before = one.after, one.plan_after

    @invariant()
    def what_others_hear_of_movements_adds_up(self) -> None:
        paid = 0
        for one in self._told(MrrChanged):
            paid += one.delta
            assert one.delta != 0
            assert (one.mrr, one.currency) == (paid, "eur")
        mirrored = self.desk.container.store().table(Mirrored).values()
        assert paid == revenue.monthly(mirrored, CATALOGUE).get("eur", 0)

    @override
    def teardown(self) -> None:
        self.run(self.desk.backfill(30 * 24 * 60))
        self.run(self.desk.work_off())
        if hasattr(self.desk, "owner"):
            self.run(self.desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM))
            told: Any = self.run(self.desk.told())
            assert self.desk.mirrored == told
            self.what_others_hear_is_a_chain()
            self.what_others_hear_of_movements_adds_up()
            assert not [one for one in self._inbox() if one.status == "dead"]

    # --- How ----------------------------------------------------------------------------------

    def _write(self, name: str, *arguments: Any, **named: Any) -> None:
        told: dict[str, Subscription] = self.run(self.desk.told())
        [one] = told.values()
        self.number += 1
        write = getattr(self.desk.container.subscription_writer(), name)
        if one.ended_at is None:
            self.run(write(one, *arguments, key=f"dashboard:{self.number}", **named))
        self._remember()

    def _remember(self) -> None:
        told: dict[str, Subscription] = self.run(self.desk.told())
        self.once += [one.model_dump() for one in told.values()]

    def _told[E: Event](self, kind: type[E]) -> list[E]:
        """What others heard of that kind."""
        jobs = [job for job, _ in self.desk.queue.waiting if isinstance(job, FanOut)]
        return [kind.model_validate(job.payload) for job in jobs if job.topic == kind.topic]

    def _news(self) -> list[ProviderEvent]:
        async def news() -> list[ProviderEvent]:
            async with self.desk.ledger.opened("test") as state:
                return list(state.events)

        happened: list[ProviderEvent] = self.run(news())
        self.heard, new = len(happened), happened[self.heard :]
        return new

    def _body(self, event: ProviderEvent) -> bytes:
        return json.dumps(objects.event(event)).encode()

    async def _receive(self, event: ProviderEvent, body: bytes | None = None) -> None:
        now = int(self.desk.clock.now().timestamp())
        original = self._body(event)
        signed = WebhookSignature.generate_signature_header(
            original.decode(), SECRET, timestamp=now
        )
        command = schemas.ReceiveEvent(body=body or original, signature=signed)
        await self.desk.use(service.ReceiveEvent)(command, SYSTEM)

    def _inbox(self) -> list[Any]:
        inbox: Any = self.desk.container.inbox()
        found: list[Any] = self.run(inbox.page(None, limit=10_000))
        return found


InboxMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestInbox = InboxMachine.TestCase
