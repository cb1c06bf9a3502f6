"""What every adapter must do that keeps records."""

import asyncio
from datetime import timedelta
from functools import cmp_to_key
from random import Random
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootstrap import Container
from core.listing import Count
from core.management.collections.fields import MultiEnumField
from core.management.collections.models import Collection
from core.management.collections.values import accepted
from core.management.records import cursors, filters, ordering
from core.management.records.exceptions import RecordTaken, UniqueViolation
from core.management.records.filters import ATTRIBUTES, Condition, FilterExpr
from core.management.records.models import Change, Import, ImportId, Record, RecordId
from core.management.records.notices import Notice, Stretch
from core.management.records.ordering import NEWEST_FIRST, After, Order
from core.management.records.ports import Row
from core.models import OrganizationId, UserId
from tests import nouns
from tests.contracts.founding import founded, joined
from tests.contracts.stats import organization
from tests.factories import NOW, new_id
from tests.nouns import KINDS, field

SLOW = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,  # the container is what differs, on purpose
    ],
)
INDEXED = ("text", "integer", "decimal", "boolean", "date", "datetime", "enum", "email")
TEXTS = (
    *("", "a", "A", "ä", "Ä", "ab", "aB", "b", "a%_b", "\u017f", "ß", "\u0130", "\n", "a.b"),
    *("\U0001f600", "\uffff"),
)
WORDS = tuple(one for one in TEXTS if one.strip() == one != "")
NUMBERS = (-3, 0, 1, 2, 10)
DECIMALS = ("-1.5", "0", "0.1", "0.10", "2", "10", "99999.12345")
DAYS = ("0001-01-01", "2026-01-01", "2026-01-02", "9999-12-31")
MOMENTS = (
    "0001-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T01:00:00+01:00",
    "9999-12-31T23:59:59.999999Z",
)
IDS = tuple(str(new_id()) for _ in range(3))
FEW: dict[str, tuple[Any, ...]] = {
    "text": TEXTS,
    "richtext": TEXTS,
    "integer": NUMBERS,
    "decimal": DECIMALS,
    "boolean": (True, False),
    "date": DAYS,
    "datetime": MOMENTS,
    "enum": nouns.OPTIONS,
    "multi_enum": ([], ["open"], ["open", "dône"]),
    "email": ("a@b.example", "b@a.example"),
    "url": ("https://a.example/", "http://b.example/?q"),
    "json": ({"a": None}, [1], "a", 0, False),
    "user_ref": IDS,
    "file_ref": IDS,
    "record_ref": IDS,
}
"""Few values of each kind, so that they are equal often."""


def everything(organization_id: OrganizationId | None, **about: Any) -> Collection:
    """Return a collection of all kinds of fields; those called `i_` are indexed."""
    return nouns.collection(
        *(field(kind, kind) for kind in KINDS),
        *(field(kind, f"i_{kind}", indexed=True) for kind in INDEXED),
        organization_id=organization_id,
        **about,
    )


def record(of: Collection, organization_id: OrganizationId, data: Any, **about: Any) -> Record:
    known: dict[str, Any] = {
        "id": RecordId(new_id()),
        "organization_id": organization_id,
        "collection_id": of.id,
        "data": accepted(of, data),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Record.model_validate(known | about)


async def kept(container: Container, of: Collection, *records: Record) -> list[Record]:
    for one in records:
        async with container.transaction()():
            made = Change(before=None, after=one)
            await container.records().keep(of, one.organization_id, [made])
    return list(records)


async def changed(container: Container, of: Collection, before: Record, **about: Any) -> Record:
    after = before.evolve(version=before.version + 1, **about)
    async with container.transaction()():
        changes = [Change(before=before, after=after)]
        await container.records().keep(of, before.organization_id, changes)
    return after


def in_order(of: Collection, order: Order, records: list[Record]) -> list[Record]:
    stands = {one.id: ordering.places(of, one, order) for one in records}

    def compared(one: Record, other: Record) -> int:
        there = After(places=stands[other.id], id=other.id)
        return 1 if ordering.beyond(order, stands[one.id], one.id, there) else -1

    return sorted(records, key=cmp_to_key(compared))


@st.composite
def conditions(draw: st.DrawFn, of: Collection, records: list[Record]) -> Condition:
    """Draw a condition that can be asked, more often than not of a value that is there."""
    key = draw(st.sampled_from([*of.by_key, *ATTRIBUTES]))
    asked = ATTRIBUTES.get(key) or of.by_key[key]
    op = draw(st.sampled_from(sorted(asked.ops)))
    if op == "is_null":
        return filters.condition(asked, op, draw(st.sampled_from(["true", "false"])))
    if op in {"contains", "icontains", "starts_with"}:
        few = nouns.OPTIONS if isinstance(asked, MultiEnumField) else TEXTS
        return filters.condition(asked, op, draw(st.sampled_from(few)))
    if key in ATTRIBUTES:
        told = [str(filters.document(one)[key] or new_id()) for one in records]
        told = [one.replace("+00:00", "Z") for one in told]
    else:
        told = [str(one).lower() if isinstance(one, bool) else one for one in FEW[asked.type]]
        told = [str(one) for one in told]
    many = st.lists(st.sampled_from(told), min_size=1, max_size=3, unique=True)
    operands = draw(many) if op in {"in", "nin"} else [draw(st.sampled_from(told))]
    return Condition(field=asked, op=op, values=tuple(asked.operand(one) for one in operands))


@st.composite
def orders(draw: st.DrawFn, of: Collection) -> Order:
    keys = [*ordering.ATTRIBUTES, *(f"i_{kind}" for kind in INDEXED)]
    told = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
    signed = [draw(st.sampled_from(["", "-"])) + one for one in told]
    return ordering.parsed(",".join(signed), of, frozenset(of.by_key))


class World(NamedTuple):
    of: Collection
    organization_id: OrganizationId
    made: list[Record]


class RecordsContract:
    worlds: ClassVar[dict[int, World]] = {}

    async def world(self, container: Container) -> World:
        """Return a collection with records of all kinds, some of them deleted; made once."""
        if id(container) not in self.worlds:
            organization_id = await organization(container)
            of = everything(organization_id)
            await container.collections().add(of, most=9)
            pick = Random(7)  # noqa: S311 - made up
            made = [self.made_up(of, organization_id, pick, at) for at in range(40)]
            await kept(container, of, *made)
            for place in (3, 4, 30):
                about = {"deleted_at": NOW, "updated_at": NOW + timedelta(hours=place)}
                made[place] = await changed(container, of, made[place], **about)
            self.worlds[id(container)] = World(of, organization_id, made)
        return self.worlds[id(container)]

    @staticmethod
    def made_up(of: Collection, organization_id: OrganizationId, pick: Random, at: int) -> Record:
        data = {one.key: pick.choice(FEW[one.type]) for one in of.fields if pick.random() < 0.7}
        return record(
            of,
            organization_id,
            data,
            created_by=pick.choice([None, new_id()]),
            created_at=NOW + timedelta(seconds=pick.randrange(5)),
            updated_at=NOW + timedelta(milliseconds=pick.randrange(5)),
        )

    @SLOW
    @given(data=st.data())
    async def test_what_is_meant_is_found_in_order_page_by_page(
        self, container: Container, data: st.DataObject
    ) -> None:
        of, organization_id, made = await self.world(container)
        asked = FilterExpr(
            conditions=tuple(data.draw(st.lists(conditions(of, made), max_size=3))),
            words=tuple(data.draw(st.lists(st.sampled_from(WORDS), max_size=1))),
            searched=("text", "richtext", "url"),
        )
        order, limit = data.draw(orders(of)), data.draw(st.sampled_from([6, 100]))
        deleted = not order.of_fields and data.draw(st.booleans())
        mark = cursors.fingerprint(of, asked, order, deleted=deleted)
        wanted = [one for one in made if deleted or one.deleted_at is None]
        wanted = in_order(of, order, [one for one in wanted if asked.matches(one)])

        found, cursor = list[Record](), None
        while len(found) <= len(made):
            after = cursors.after(cursor, order, mark)
            page = await container.records().page(
                of, organization_id, asked, order,
                limit=limit, after=after, deleted=deleted,
            )  # fmt: skip
            found += page
            if len(page) < limit:
                break
            cursor = cursors.cursor_of(of, page[-1], order, mark)

        assert [one.id for one in found] == [one.id for one in wanted]
        assert found == wanted
        countings: tuple[Count, ...] = ("exact", "estimated")
        for counting in countings:
            counted = await container.records().count(
                of, organization_id, asked, counting, deleted=deleted
            )
            assert counted == len(wanted)

    async def test_a_record_is_kept_changed_and_deleted_and_was_what_it_was(
        self, container: Container
    ) -> None:
        records, organization_id = container.records(), await organization(container)
        of = everything(organization_id)
        await container.collections().add(of, most=9)
        data = {one.key: FEW[one.type][-1] for one in of.fields}
        [first] = await kept(container, of, record(of, organization_id, data, created_by=new_id()))
        later = NOW + timedelta(hours=1)

        second = await changed(
            container, of, first, data={"text": "b"}, updated_by=new_id(), updated_at=later
        )
        third = await changed(container, of, second, deleted_at=later)

        assert await records.some(of, organization_id, [first.id]) == {first.id: third}
        history = await records.history(of, organization_id, first.id, limit=9)
        assert history == [third, second, first]
        assert await records.history(of, organization_id, first.id, limit=1, before=3) == [second]
        assert await records.page(of, organization_id, FilterExpr(), NEWEST_FIRST, limit=9) == []
        everyone = await records.page(
            of, organization_id, FilterExpr(), NEWEST_FIRST, limit=9, deleted=True
        )
        assert everyone == [third]
        assert await records.changed(of, organization_id, later, limit=9) == [third]
        assert await records.changed(of, organization_id, later + timedelta(1), limit=9) == []

    async def test_nobody_else_has_them(self, container: Container) -> None:
        records, organization_id = container.records(), await organization(container)
        stranger = await organization(container)
        shared = everything(None, key=f"k{new_id().hex}")
        await container.collections().add(shared, most=9999)
        [ours] = await kept(container, shared, record(shared, organization_id, {"i_text": "a"}))
        by_text = ordering.parsed("i_text", shared, frozenset(shared.by_key))
        named = FilterExpr(conditions=(filters.condition(ATTRIBUTES["id"], "eq", str(ours.id)),))

        assert await records.some(shared, stranger, [ours.id], hold=False) == {}
        for order in (NEWEST_FIRST, by_text):
            for asked in (FilterExpr(), named):
                assert await records.page(shared, stranger, asked, order, limit=9) == []
                assert await records.count(shared, stranger, asked, "estimated") == 0
        assert await records.history(shared, stranger, ours.id, limit=9) == []
        assert await records.changed(shared, stranger, NOW, limit=9) == []
        other = everything(organization_id, key="other")
        await container.collections().add(other, most=9)
        assert await records.some(other, organization_id, [ours.id]) == {}
        assert await records.page(other, organization_id, FilterExpr(), by_text, limit=9) == []
        assert await records.history(other, organization_id, ours.id, limit=9) == []

    async def test_what_is_unique_is_so_among_those_that_live(self, container: Container) -> None:
        records, organization_id = container.records(), await organization(container)
        of = nouns.collection(
            field("text", "name", unique=True),
            field("decimal", "number", unique=True),
            organization_id=organization_id,
        )
        await container.collections().add(of, most=9)
        [first, other] = await kept(
            container,
            of,
            record(of, organization_id, {"name": "a", "number": "1.50"}),
            record(of, organization_id, {}),
        )
        await kept(container, of, record(of, organization_id, {}))

        with pytest.raises(UniqueViolation):
            await kept(container, of, record(of, organization_id, {"number": "1.5"}))
        with pytest.raises(UniqueViolation):
            await changed(container, of, other, data={"name": "a"})
        with pytest.raises(RecordTaken):
            await kept(container, of, record(of, organization_id, {}, id=first.id))
        owners = await records.owners(of, organization_id, [(1, "a"), (2, "1.5"), (1, "1.5")])
        assert owners == {(1, "a"): first.id, (2, "1.5"): first.id}
        assert await records.owners(of, await organization(container), [(1, "a")]) == {}

        gone = await changed(container, of, first, deleted_at=NOW)
        assert await records.owners(of, organization_id, [(1, "a")]) == {}
        taken = await changed(container, of, other, data={"name": "a"})
        with pytest.raises(UniqueViolation):
            await changed(container, of, gone, deleted_at=None)
        swapped = [
            Change(before=taken, after=taken.evolve(version=3, data={"name": "b"})),
            Change(before=None, after=record(of, organization_id, {"name": "a"})),
        ]
        async with container.transaction()():
            await records.keep(of, organization_id, swapped)


class RecordImportsContract:
    async def test_a_file_is_kept_in_pieces_and_forgotten(self, container: Container) -> None:
        imports, organization_id = container.record_imports(), await organization(container)
        of = everything(organization_id)
        await container.collections().add(of, most=9)
        long_ago = NOW - timedelta(days=4000)
        made = Import(
            id=ImportId(new_id()),
            organization_id=organization_id,
            collection_id=of.id,
            upsert_on="text",
            max_errors=3,
            total=3,
            created_by=new_id(),
            created_at=long_ago,
            updated_at=long_ago,
        )
        pieces: list[list[Row]] = [[{"a": 1}, {"b": [None, "ä"]}], [{}]]
        await imports.add(made, pieces)

        assert await imports.get(organization_id, made.id) == made
        assert [await imports.piece(made, number) for number in range(3)] == [*pieces, []]
        stranger = await organization(container)
        assert await imports.get(stranger, made.id) is None
        assert await imports.piece(made.evolve(organization_id=stranger), 0) == []
        further = made.evolve(
            state="failed", seen=2, created=1, updated=1, unchanged=1, failed=1,
            errors=[{"pointer": "#/rows/1", "code": "x", "detail": "y"}], updated_at=NOW,
        )  # fmt: skip
        await imports.put(further)
        await imports.put(made.evolve(organization_id=stranger))
        assert await imports.get(organization_id, made.id) == further
        assert await imports.purge(long_ago) == 0
        assert await imports.purge(long_ago + timedelta(seconds=1)) == 1
        assert await imports.get(organization_id, made.id) is None
        assert await imports.piece(made, 0) == []


class RecordIndexContract:
    async def test_the_index_says_what_the_records_say(self, container: Container) -> None:
        index, organization_id = container.record_index(), await organization(container)
        of = everything(organization_id)
        await container.collections().add(of, most=9)
        pick = Random(3)  # noqa: S311 - made up
        made = [RecordsContract.made_up(of, organization_id, pick, at) for at in range(5)]
        await kept(container, of, *made)
        for _ in range(5):
            place = pick.randrange(5)
            data = RecordsContract.made_up(of, organization_id, pick, 0).data
            made[place] = await changed(container, of, made[place], data=data)
        made[0] = await changed(container, of, made[0], deleted_at=NOW)

        found = await index.batch(of, organization_id, after=None, limit=3)
        found += await index.batch(of, organization_id, after=found[-1][0].id, limit=3)

        assert [one for one, _ in found] == sorted(made, key=lambda one: one.id)
        for one, told in found:
            assert set(told) == set(ordering.rows(of, one))
        assert await index.batch(of, await organization(container), after=None, limit=9) == []
        wanted = {one.id: ordering.rows(of, one) for one in made}
        async with container.transaction()():
            await index.mend(of, organization_id, wanted)
        again = await index.batch(of, organization_id, after=None, limit=9)
        assert [(one, set(told)) for one, told in again] == [
            (one, set(told)) for one, told in found
        ]


class RecordMembersContract:
    async def test_members_are_known_and_no_others(self, container: Container) -> None:
        (made, owner), (_, stranger) = await founded(container), await founded(container)
        member = await joined(container, made)

        found = await container.record_members().some(
            made.id, [owner.id, member.id, stranger.id, UserId(new_id())]
        )

        assert {(one.user_id, one.email) for one in found} == {
            (owner.id, owner.email),
            (member.id, member.email),
        }
        assert await container.record_members().some(made.id, []) == []


class RecordNoticesContract:
    async def test_who_listens_hears_once_it_is_for_good(self, container: Container) -> None:
        notices = container.record_notices()
        stretch = Stretch(organization_id=OrganizationId(new_id()), collection_id=new_id())
        others = Stretch(organization_id=OrganizationId(new_id()), collection_id=new_id())
        told = [
            Notice(**dict(where), record_id=new_id(), version=3, what="changed", at=NOW)
            for where in (others, stretch)
        ]
        listening, both = notices.listen(stretch), notices.listen(stretch)
        assert await anext(listening) is None
        assert await anext(both) is None
        waiting = asyncio.ensure_future(anext(listening))
        second = asyncio.ensure_future(anext(both))

        with pytest.raises(ZeroDivisionError):
            async with container.transaction()():
                await notices.tell([told[1].evolve(version=2)])
                raise ZeroDivisionError
        async with container.transaction()():
            await notices.tell(told)
            await asyncio.sleep(0.05)
            assert not waiting.done()

        assert await asyncio.wait_for(waiting, 5) == told[1]
        assert await asyncio.wait_for(second, 5) == told[1]
        for one in (listening, both):
            await one.aclose()  # type: ignore[attr-defined]
        async with container.transaction()():
            await notices.tell(told)
        again = notices.listen(stretch)
        assert await anext(again) is None
        await again.aclose()  # type: ignore[attr-defined]
