"""What every adapter must do that has records follow their collection."""

from typing import Any

from bootstrap import Container
from core.management.collections.models import Collection
from core.management.collections.ports import Content
from core.management.records.models import Change, Record, RecordId
from core.models import OrganizationId
from tests import nouns
from tests.contracts.stats import organization
from tests.factories import NOW, new_id
from tests.nouns import field


async def defined(container: Container, owner: OrganizationId | None, **about: Any) -> Collection:
    made = nouns.collection(
        field("text", "name", unique=True),
        field("integer", "rank", indexed=True),
        organization_id=owner,
        key=f"c{new_id().hex}",
        **about,
    )
    await container.collections().add(made, most=10_000)
    return made


async def kept(
    container: Container, of: Collection, organization_id: OrganizationId, *data: dict[str, Any]
) -> list[Record]:
    made = [
        Record(
            id=RecordId(new_id()),
            organization_id=organization_id,
            collection_id=of.id,
            data=one,
            created_at=NOW,
            updated_at=NOW,
        )
        for one in data
    ]
    changes = [Change(before=None, after=one) for one in made]
    await container.records().keep(of, organization_id, changes)
    return made


async def changed(container: Container, of: Collection, record: Record, **about: Any) -> Record:
    after = record.evolve(version=record.version + 1, **about)
    change = Change(before=record, after=after)
    await container.records().keep(of, record.organization_id, [change])
    return after


def content(record: Record) -> Content:
    return Content(
        organization_id=record.organization_id,
        id=record.id,
        version=record.version,
        data=record.data,
        live=record.deleted_at is None,
    )


async def now(container: Container, of: Collection, record: Record) -> Record | None:
    found = await container.records().some(of, record.organization_id, [record.id])
    return found.get(record.id)


class ContentsContract:
    async def test_records_come_page_by_page_deleted_ones_among_them(
        self, container: Container
    ) -> None:
        contents, organization_id = container.contents(), await organization(container)
        of, other = [await defined(container, organization_id) for _ in range(2)]
        made = await kept(container, of, organization_id, *({"name": str(n)} for n in range(3)))
        await kept(container, other, organization_id, {"name": "0"})
        made[1] = await changed(container, of, made[1], deleted_at=NOW)

        first = await contents.page(of, after=None, limit=2)

        assert first == [content(made[0]), content(made[1])]
        assert [one.live for one in first] == [True, False]
        assert await contents.page(of, after=first[-1], limit=2) == [content(made[2])]

    async def test_records_of_a_shared_collection_come_of_every_organization(
        self, container: Container
    ) -> None:
        contents, of = container.contents(), await defined(container, None)
        made = [
            content(one)
            for _ in range(2)
            for one in await kept(
                container, of, await organization(container), {"name": "a"}, {"name": "b"}
            )
        ]
        made.sort(key=lambda one: (one.organization_id, one.id))

        found, last = list[Content](), None
        while page := await contents.page(of, after=last, limit=1):
            found, last = found + page, page[-1]

        assert found == made
        changed = of.evolve(version=2)
        assert await contents.put(changed, found) == 8
        assert await contents.page(changed, after=None, limit=9, outdated=True) == []

    async def test_what_is_written_anew_is_up_to_date_and_found(self, container: Container) -> None:
        contents, organization_id = container.contents(), await organization(container)
        of = await defined(container, organization_id)
        made = await kept(container, of, organization_id, {"name": "a"}, {"name": "b"})
        made[0] = await changed(container, of, made[0], data={"name": "c", "rank": 2})
        later = of.evolve(version=2, removed=["name"])
        found = await contents.page(later, after=None, limit=9, outdated=True)
        assert len(found) == 2

        stale = found[1].evolve(version=7, data={"rank": 9})
        assert await contents.put(later, [found[0].evolve(data={"rank": 3}), stale]) == 2

        assert await now(container, of, made[0]) == made[0].evolve(
            data={"rank": 3}, schema_version=2
        )
        assert await now(container, of, made[1]) == made[1]
        assert await contents.page(later, after=None, limit=9, outdated=True) == found[1:]
        past = await container.records().history(of, organization_id, made[0].id, limit=9)
        assert [one.data for one in past] == [{"rank": 3}, {}]
        numbers = [(of.numbers["name"], "c"), (of.numbers["name"], "b")]
        owners = await container.records().owners(of, organization_id, numbers)
        assert owners == {numbers[1]: made[1].id}

    async def test_what_is_changed_while_the_others_follow_is_found_as_well(
        self, container: Container
    ) -> None:
        records, organization_id = container.records(), await organization(container)
        of = await defined(container, organization_id)
        first, _ = await kept(container, of, organization_id, {"name": "a"}, {"name": "b"})
        told = [field("text", "name", unique=True), field("text", "code", unique=True)]
        later = of.evolve(
            version=2, fields=[one.model_dump() for one in told], numbers={"name": 1, "code": 3}
        ).evolve(last_number=3)

        data = {"name": "a", "code": "x"}
        await changed(container, later, first, data=data, schema_version=2)

        owners = await records.owners(later, organization_id, [(1, "a"), (3, "x"), (1, "b")])
        assert owners[1, "a"] == owners[3, "x"] == first.id
        outdated = await container.contents().page(later, after=None, limit=9, outdated=True)
        assert [one.data for one in outdated] == [{"name": "b"}]

    async def test_records_are_erased_some_at_a_time(self, container: Container) -> None:
        contents, organization_id = container.contents(), await organization(container)
        of, other = [await defined(container, organization_id) for _ in range(2)]
        await kept(container, of, organization_id, *({"name": str(n)} for n in range(3)))
        [left] = await kept(container, other, organization_id, {"name": "0"})

        assert await contents.erase(of, limit=2) == 2
        assert await contents.erase(of, limit=2) == 1
        assert await contents.erase(of, limit=2) == 0
        assert await contents.page(of, after=None, limit=9) == []
        assert await contents.page(other, after=None, limit=9) == [content(left)]
