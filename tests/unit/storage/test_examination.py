"""What is told of a store that does not keep the rules."""

from collections.abc import Mapping, Sequence
from typing import override

import pytest
from dependency_injector import providers

from adapters import memory
from bootstrap import InMemoryContainer
from core.exceptions import PermissionDenied
from core.findings import Finding
from core.storage import ports, probing, schemas, service
from core.storage.exceptions import StoreUnavailable
from core.storage.models import Reply, StoreRule
from tests.unit.storage.shelves import OPERATOR, Files

OLD = "Wed, 01 Jan 2020 00:00:00 GMT"


class Indulgent(ports.Outsider):
    """Meets a store that takes whatever comes, and says of files what it likes."""

    def __init__(self, grants: ports.Grants, shelf: memory.Shelf) -> None:
        self._grants, self._shelf = grants, shelf
        self.down = False

    @override
    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        chunked: bool = False,
    ) -> Reply:
        if self.down:
            raise StoreUnavailable
        grant = self._grants.open(url.rpartition("/")[2])
        if grant.action == "put" and method == "PUT":
            self._shelf.objects[grant.key] = body or b"", self._shelf.clock.now()
        return Reply(status=200, headers={"date": OLD, "access-control-allow-origin": "*"})


class Rules(ports.StoreRules):
    def __init__(self, states: Sequence[StoreRule]) -> None:
        self._states = list(states)

    @override
    async def all(self) -> list[StoreRule]:
        return self._states

    @override
    async def apply(self) -> list[StoreRule]:
        return self._states


@pytest.fixture
def indulgent(container: InMemoryContainer, monkeypatch: pytest.MonkeyPatch) -> Indulgent:
    monkeypatch.setattr(probing, "OVER_AFTER", 0)
    outsider = Indulgent(container.grants(), container.shelf())
    container.outsider.override(providers.Object(outsider))
    container.store_rules.override(
        providers.Object(
            Rules(
                [
                    StoreRule(name="cors", state="missing", means="pages of yours alone"),
                    StoreRule(name="ownership", state="impossible", means="one owner"),
                    StoreRule(name="tls_only", state="unknown", means="TLS"),
                    StoreRule(name="public_access", state="kept", means="no public files"),
                ]
            )
        )
    )
    return outsider


async def examine(files: Files) -> list[Finding]:
    return await files.use(service.ExamineStore)(schemas.ExamineStore(), OPERATOR)


async def test_everything_that_a_store_lets_happen_is_told(
    indulgent: Indulgent, files: Files
) -> None:
    found = await examine(files)

    failed = [one.about for one in found if one.level == "fail"]
    assert sorted(set(failed)) == [
        *("checksum", "clock", "cors", "download", "expiry", "parts", "replay", "signature")
    ]
    assert failed.count("signature") == 5
    assert failed.count("cors") == 2
    assert failed.count("parts") == 2
    assert {one.about for one in found if one.level == "warn"} == {"ownership", "tls_only"}
    assert "apply-bucket-config" in found[0].sentence


async def test_nothing_that_was_tried_stays(indulgent: Indulgent, files: Files) -> None:
    stored = await files.upload()
    kept = files.keys

    await examine(files)

    assert files.keys == kept == {(await files.row(stored.id)).key}
    assert files.container.shelf().uploads == {}


async def test_a_store_that_does_not_answer_is_told_and_ends_it(
    indulgent: Indulgent, files: Files
) -> None:
    indulgent.down = True

    found = await examine(files)

    assert [one.about for one in found if one.level == "fail"] == ["cors", "store"]


async def test_rules_are_applied_by_an_operator_and_noted(
    indulgent: Indulgent, files: Files
) -> None:
    apply = files.use(service.ApplyStoreRules)

    rules = await apply(schemas.ApplyStoreRules(), OPERATOR)

    assert [rule.state for rule in rules] == ["missing", "impossible", "unknown", "kept"]
    assert files.actions == ["storage.rules_applied"]
    with pytest.raises(PermissionDenied):
        await apply(schemas.ApplyStoreRules(), files.owner)
    with pytest.raises(PermissionDenied):
        await files.use(service.ExamineStore)(schemas.ExamineStore(), files.owner)
