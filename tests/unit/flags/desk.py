"""Somebody who keeps feature flags, with nothing behind them but dictionaries."""

from typing import Any, cast

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.events.models import FanOut
from core.management.flags import schemas, service
from core.models import Actor
from tests.clock import FakeClock


class Desk:
    def __init__(self, container: InMemoryContainer, clock: FakeClock) -> None:
        self.container, self.clock = container, clock
        self.application = Application(container)
        self.use = self.application.use
        self.owner: Actor

    async def make(self, key: str = "new-checkout", **about: Any) -> schemas.FlagView:
        command = schemas.CreateFlag.model_validate({"key": key} | about)
        return await self.use(service.CreateFlag)(command, self.owner)

    async def put(self, key: str = "new-checkout", **about: Any) -> schemas.SavedFlag:
        how = {name: about.pop(name) for name in ("only_new", "expected_version") if name in about}
        command = schemas.PutFlag.model_validate({"key": key, "definition": about} | how)
        return await self.use(service.PutFlag)(command, self.owner)

    async def change(
        self, key: str = "new-checkout", version: int | None = None, **changes: Any
    ) -> schemas.FlagView:
        command = schemas.UpdateFlag.model_validate(
            {"key": key, "changes": changes, "expected_version": version}
        )
        return await self.use(service.UpdateFlag)(command, self.owner)

    async def toggle(self, key: str = "new-checkout", *, enabled: bool) -> schemas.FlagView:
        command = schemas.ToggleFlag(key=key, enabled=enabled)
        return await self.use(service.ToggleFlag)(command, self.owner)

    async def ask(self, key: str = "new-checkout", **context: Any) -> schemas.Evaluated:
        query = schemas.EvaluateFlag(key=key, context=context)
        return await self.use(service.EvaluateFlag)(query, self.owner)

    async def ask_all(self, **context: Any) -> list[Any]:
        query = schemas.EvaluateFlags(context=context)
        return list(await self.use(service.EvaluateFlags)(query, self.owner))

    def told(self) -> list[dict[str, Any]]:
        """Return what is to be told to whoever wants to hear of it, in the order it happened."""
        queue = cast("memory.Jobs", self.container.jobs())
        return [job.payload for job, _ in queue.waiting if isinstance(job, FanOut)]
