"""Objects come, change and go in every order, and an organization's sums are always right.

The machine takes steps that are allowed, from what is known now or was known once, and compares.
"""

from asyncio import Runner
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from bootstrap import Container
from core.storage import lifecycle
from core.storage.models import Bucket, StoredObject
from tests import factories
from tests.contracts.filing import bucket, sums

LIMIT = 100


class UsageMachine(RuleBasedStateMachine):
    runner: ClassVar[Runner]
    container: ClassVar[Container]

    seen: Any = Bundle("seen")
    """Objects as somebody read them: they may have changed since."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Bucket
        self.now: dict[Any, StoredObject] = {}

    @initialize()
    def begin(self) -> None:
        self.place = self.runner.run(bucket(self.container))

    @rule(target=seen, size=st.integers(0, LIMIT + 1))
    def announces(self, size: int) -> StoredObject:
        stored = factories.stored_object(self.place, size=size)
        fits = self._held() + size <= LIMIT
        assert self.runner.run(self.container.objects().admit(stored, LIMIT)) is fits
        if fits:
            self.now[stored.id] = stored
        return stored

    @rule(target=seen, stored=seen, status=st.sampled_from(sorted(lifecycle.STEPS)))
    def takes_a_step(self, stored: StoredObject, status: lifecycle.Status) -> StoredObject:
        if not lifecycle.allowed(stored.status, status):
            return stored
        after = stored.moved(status, factories.NOW)
        current = self.now.get(stored.id)
        fresh = current is not None and current.version == stored.version
        assert self.runner.run(self.container.objects().move(stored, after)) is fresh
        if fresh:
            self.now[stored.id] = after
        return after if fresh else stored

    @rule()
    def recounts(self) -> None:
        organization_id = self.place.organization_id
        assert self.runner.run(self.container.usages().recount(organization_id)) is None

    @invariant()
    def the_sums_are_right(self) -> None:
        if not hasattr(self, "place"):
            return
        used = [one.size for one in self.now.values() if one.status in lifecycle.USED]
        reserved = [one.size for one in self.now.values() if one.status in lifecycle.RESERVED]
        told = self.runner.run(sums(self.container, self.place))
        assert told == (sum(used), sum(reserved), len(used))

    def _held(self) -> int:
        counted = lifecycle.USED | lifecycle.RESERVED
        return sum(one.size for one in self.now.values() if one.status in counted)
