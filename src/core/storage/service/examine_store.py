from collections.abc import AsyncIterator

from core.findings import Finding
from core.models import Actor
from core.service import UseCase
from core.storage import ports, schemas
from core.storage.exceptions import StoreUnavailable
from core.storage.models import StoreRule
from core.storage.probing import StoreProbes


class ExamineStore(UseCase):
    """Try on the store itself, under keys of nobody, whether it keeps what we rely on.

    It takes some seconds, and leaves nothing behind.
    """

    store_rules: ports.StoreRules
    probes: StoreProbes

    async def __call__(self, _: schemas.ExamineStore, actor: Actor) -> list[Finding]:
        actor.require_platform("operator")
        found = list[Finding]()
        try:
            found += [_told(rule) for rule in await self.store_rules.all()]
            async for finding in self._probed():
                found.append(finding)
        except StoreUnavailable as error:
            found.append(Finding(level="fail", about="store", sentence=str(error)))
        return found

    async def _probed(self) -> AsyncIterator[Finding]:
        async with self.probes.place() as place:
            for look in (
                self.probes.addresses,
                self.probes.refusals,
                self.probes.parts,
                self.probes.completion,
                self.probes.browsers,
            ):
                async for finding in look(place):
                    yield finding


def _told(rule: StoreRule) -> Finding:
    match rule.state:
        case "kept":
            return Finding(level="ok", about=rule.name, sentence=rule.means)
        case "missing":
            return Finding(
                level="fail",
                about=rule.name,
                sentence=f"not so: {rule.means}; run core-api storage apply-bucket-config",
            )
        case "impossible":
            sentence = f"this store has no such rule: {rule.means}"
            return Finding(level="warn", about=rule.name, sentence=sentence)
        case "unknown":
            sentence = f"the store does not tell us: {rule.means}"
            return Finding(level="warn", about=rule.name, sentence=sentence)
