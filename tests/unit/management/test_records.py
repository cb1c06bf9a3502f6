"""Records: who may do what with them, what is left behind, what comes of files."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit import AuditFilter
from core.exceptions import NotFound, PermissionDenied, ValidationFailed, VersionMismatch
from core.management.collections.exceptions import CollectionNotFound
from core.management.records import constants, exceptions, schemas, service
from core.management.records.models import ImportId, RecordId
from core.management.records.ordering import rows
from core.models import Actor
from tests.clock import FakeClock
from tests.contracts import filing
from tests.contracts.founding import as_role, joined, owning
from tests.factories import new_id
from tests.unit.management.office import Office

NAME = {"key": "name", "type": "text", "required": True}
RANK = {"key": "rank", "type": "integer", "indexed": True}
STEPS = ("patch", "same", "delete", "restore", "revert")
CODE = {"key": "code", "type": "text", "unique": True}


async def made(office: Office, actor: Actor | None = None, **data: Any) -> dict[str, Any]:
    command = schemas.CreateRecord(collection="tickets", data={"name": "A"} | data)
    view = await office.use(service.CreateRecord)(command, actor or office.owner)
    return view.record


async def patched(
    office: Office, record: dict[str, Any], actor: Actor | None = None, **patch: Any
) -> schemas.RecordView:
    command = schemas.UpdateRecord(collection="tickets", record_id=record["id"], patch=patch)
    return await office.use(service.UpdateRecord)(command, actor or office.owner)


async def deleted(
    office: Office, record: dict[str, Any], actor: Actor | None = None, **about: Any
) -> None:
    command = schemas.DeleteRecord(collection="tickets", record_id=record["id"], **about)
    await office.use(service.DeleteRecord)(command, actor or office.owner)


async def listed(office: Office, actor: Actor | None = None, **about: Any) -> list[dict[str, Any]]:
    query = schemas.ListRecords(collection="tickets", **about)
    return (await office.use(service.ListRecords)(query, actor or office.owner)).items


async def got(office: Office, record: dict[str, Any], actor: Actor | None = None) -> dict[str, Any]:
    query = schemas.GetRecord(collection="tickets", record_id=record["id"])
    return (await office.use(service.GetRecord)(query, actor or office.owner)).record


async def taken(
    office: Office, told: list[dict[str, Any]], actor: Actor | None = None, **about: Any
) -> schemas.ImportView:
    command = schemas.ImportRecords(collection="tickets", rows=told, **about)
    return await office.use(service.ImportRecords)(command, actor or office.owner)


async def another(office: Office, role: str) -> Actor:
    organization = await office.container.organizations().get(office.owner.require_organization())
    assert organization is not None
    user = await joined(office.container, organization, role)
    return as_role(office.container, office.owner, role).evolve(user_id=user.id)


async def actions(office: Office) -> list[str]:
    found = await office.container.audit().page(
        office.owner.require_organization(), AuditFilter(), limit=100
    )
    return [one.action for one in found if one.action.startswith("record")]


# --- Who may do what ------------------------------------------------------------------------------


async def test_roles_may_what_the_collection_says(office: Office) -> None:
    permissions = {"owner": ["read", "create"], "member": ["read"], "viewer": ["create"]}
    await office.define(permissions=permissions)
    one = await made(office)
    member, viewer = await another(office, "member"), await another(office, "viewer")
    billing = await another(office, "billing")

    assert [row["id"] for row in await listed(office, member)] == [one["id"]]
    for call in (made(office, member), patched(office, one), deleted(office, one)):
        with pytest.raises(PermissionDenied):
            await call
    for stranger in (viewer, billing):
        for hidden in (
            listed(office, stranger),
            made(office, stranger),
            got(office, one, stranger),
        ):
            with pytest.raises(CollectionNotFound):
                await hidden
    outsider = await owning(office.container)
    for foreign in (listed(office, outsider), got(office, one, outsider), made(office, outsider)):
        with pytest.raises(CollectionNotFound):
            await foreign


async def test_keys_may_no_more_than_their_scopes(office: Office) -> None:
    await office.define()
    reads = office.owner.evolve(
        kind="api_key", api_key_id=new_id(), permissions={constants.RECORDS_READ.name}
    )
    assert await listed(office, reads) == []
    with pytest.raises(PermissionDenied):
        await made(office, reads)
    with pytest.raises(PermissionDenied):
        await listed(office, reads.evolve(permissions={constants.RECORDS_WRITE.name}))


async def test_whoever_sees_only_their_own_sees_and_changes_no_other(office: Office) -> None:
    await office.define(own=["member"])
    ada, bob = await another(office, "member"), await another(office, "member")
    hers, his, ours = await made(office, ada), await made(office, bob), await made(office)
    operators = await made(office, Actor(kind="cli").within(office.owner.require_organization()))

    assert [one["id"] for one in await listed(office, ada)] == [hers["id"]]
    assert len(await listed(office)) == 4
    for other in (his, ours, operators):
        for call in (
            got(office, other, ada),
            patched(office, other, ada, name="B"),
            deleted(office, other, ada),
        ):
            with pytest.raises(exceptions.RecordNotFound):
                await call
    assert (await patched(office, hers, ada, name="B")).version == 2
    named = {("id", "in"): f"{his['id']},{hers['id']}"}
    assert [one["id"] for one in await listed(office, ada, filters=named)] == [hers["id"]]
    batch = schemas.BatchRecords(
        collection="tickets",
        mode="partial",
        ops=tuple(schemas.Operation(op="delete", id=one["id"]) for one in (his, hers)),
    )
    view = await office.use(service.BatchRecords)(batch, ada)
    assert [one.code for one in view.results] == ["record_not_found", None]


async def test_fields_are_seen_and_set_by_those_who_may(office: Office) -> None:
    secret = {"key": "secret", "type": "text", "indexed": True, "read": ["owner"]}
    fixed = {"key": "fixed", "type": "text", "write": ["owner"]}
    hidden = {"key": "hidden", "type": "text", "hidden": True}
    await office.define(fields=[NAME, secret, fixed, hidden])
    member = await another(office, "member")
    one = await made(office, secret="s", fixed="f", hidden="h")

    assert "hidden" not in one
    shown = await got(office, one, member)
    assert "secret" not in shown
    assert shown["fixed"] == "f"
    [some] = await listed(office, member, fields=("hidden", "name"))
    assert (some["hidden"], "fixed" in some) == ("h", False)
    with pytest.raises(exceptions.UnknownField):
        await listed(office, member, fields=("secret",))
    with pytest.raises(exceptions.BadFilter):
        await listed(office, member, filters={("secret", "eq"): "s"})
    with pytest.raises(exceptions.BadSort):
        await listed(office, member, sort="secret")
    for patch in ({"secret": "t"}, {"fixed": "g"}, {"fixed": None}):
        with pytest.raises(ValidationFailed) as refused:
            await patched(office, one, member, **patch)
        assert refused.value.errors[0].code == "field_forbidden"
    assert (await patched(office, one, member, fixed="f", name="B")).version == 2
    put = schemas.PutRecord(collection="tickets", named=str(one["id"]), data={"name": "C"})
    await office.use(service.PutRecord)(put, member)
    after = await got(office, one)
    assert (after["name"], after["secret"], after["fixed"]) == ("C", "s", "f")
    history = schemas.ListRecordHistory(collection="tickets", record_id=RecordId(one["id"]))
    told = await office.use(service.ListRecordHistory)(history, member)
    assert all("secret" not in version.data for version in told.items)


async def test_deleted_records_are_shown_to_those_who_run_the_organization(office: Office) -> None:
    await office.define()
    await deleted(office, await made(office))
    assert len(await listed(office, include_deleted=True)) == 1
    with pytest.raises(PermissionDenied):
        await listed(office, await another(office, "member"), include_deleted=True)
    with pytest.raises(exceptions.SortNotIndexed):
        await listed(office, include_deleted=True, sort="rank")


# --- What is left behind --------------------------------------------------------------------------


async def test_what_changes_leaves_one_row_behind_and_what_does_not_none(office: Office) -> None:
    await office.define()
    one = await made(office, rank=1)
    await patched(office, one, rank=1)
    await patched(office, one, rank=2)
    stale = schemas.UpdateRecord(
        collection="tickets", record_id=one["id"], patch={"rank": 3}, expected_version=1
    )
    with pytest.raises(VersionMismatch):
        await office.use(service.UpdateRecord)(stale, office.owner)
    with pytest.raises(ValidationFailed):
        await patched(office, one, rank="x")
    await deleted(office, one)

    assert await actions(office) == ["record.deleted", "record.updated", "record.created"]


async def test_others_hear_of_what_happens(office: Office) -> None:
    heard = list[Any]()

    class Listening:
        async def publish(self, event: Any) -> None:
            heard.append(event)

    await office.define()
    office.use(service.CreateRecord)
    writing = office.application.use(service.CreateRecord).writing
    object.__setattr__(writing, "events", Listening())
    one = await made(office, rank=1)
    await patched(office, one, rank=2)
    await deleted(office, one)

    assert [(event.topic, event.version) for event in heard] == [
        ("management.record_created", 1),
        ("management.record_updated", 2),
        ("management.record_deleted", 3),
    ]
    assert heard[1].fields == ["rank"]
    assert {(event.collection, event.record_id) for event in heard} == {("tickets", one["id"])}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.sampled_from(["patch", "same", "delete", "restore", "revert"]), max_size=8)
)
async def test_versions_rise_by_one_and_history_has_each_of_them(
    office: Office, steps: list[str]
) -> None:
    """M1, M2, M4, M7: whatever happens, and in whichever order."""
    if await office.container.collections().get(office.owner.organization_id, "tickets") is None:
        await office.define(fields=[NAME, RANK, CODE])
    one = await made(office, rank=0)
    before, count = len(await actions(office)), 1
    for number, step in enumerate(steps, 1):
        count += await _stepped(office, one, step, number)
        history = schemas.ListRecordHistory(collection="tickets", record_id=one["id"], limit=100)
        told = await office.use(service.ListRecordHistory)(history, office.owner)
        assert [version.version for version in told.items] == list(range(count, 0, -1))
    of = await office.kept()
    kept = await office.container.records().some(
        of, office.owner.require_organization(), [one["id"]]
    )
    record = kept[one["id"]]
    assert record.version == count
    assert len(rows(of, record)) == (0 if record.deleted_at else 2)
    assert min(99, before + count - 1) <= len(await actions(office))


async def _stepped(office: Office, one: dict[str, Any], step: str, number: int) -> int:
    """Take a step; return how many versions came of it."""
    about: dict[str, Any] = {"collection": "tickets", "record_id": one["id"]}
    try:
        match step:
            case "patch":
                await patched(office, one, rank=number)
            case "same":
                await patched(office, one, name="A")
                return 0
            case "delete":
                await deleted(office, one)
            case "restore":
                await office.use(service.RestoreRecord)(
                    schemas.RestoreRecord(**about), office.owner
                )
            case _:
                was = (await got(office, one))["rank"]
                revert = schemas.RevertRecord(**about, version=1)
                await office.use(service.RevertRecord)(revert, office.owner)
                return int(was != 0)
    except (NotFound, exceptions.RecordNotDeleted):
        return 0
    return 1


# --- Files ----------------------------------------------------------------------------------------


async def test_what_goes_out_comes_back_as_it_was(office: Office) -> None:
    """M8: into the same collection by id, and into an empty one."""
    await office.define(fields=[NAME, RANK, CODE])
    for number in range(5):
        await made(office, name=f"n{number}", rank=number, code=f"c{number}")
    exported = await office.use(service.ExportRecords)(
        schemas.ExportRecords(collection="tickets", sort="rank"), office.owner
    )
    out = [row async for page in exported.pages for row in page]
    same = await taken(office, out, upsert_on="id")
    assert (same.unchanged, same.created + same.updated + same.failed) == (5, 0)

    other = await owning(office.container)
    await office.define(other, fields=[NAME, RANK, CODE])
    copied = await taken(office, out, other, upsert_on="id")
    assert (copied.created, copied.failed) == (5, 0)
    fields = ("id", "name", "rank", "code")
    back = await listed(office, other, sort="rank")
    assert [[row[one] for one in fields] for row in back] == [
        [row[one] for one in fields] for row in out
    ]


async def test_a_large_file_is_taken_piece_by_piece_in_the_name_of_who_sent_it(
    office: Office,
) -> None:
    await office.define(fields=[NAME, RANK, CODE])
    told = [{"name": "A", "code": f"c{n}"} for n in range(1200)] + [{"name": 1}]

    begun = await taken(office, told)
    assert (begun.state, begun.id is None) == ("waiting", False)
    assert await listed(office) == []
    await office.work()

    query = schemas.ImportReference(collection="tickets", import_id=begun.id or ImportId(new_id()))
    done = await office.use(service.GetImport)(query, office.owner)
    assert (done.state, done.seen, done.created, done.failed) == ("done", 1201, 1200, 1)
    [newest] = await listed(office, limit=1)
    assert newest["created_by"] == office.owner.user_id
    assert (await actions(office)).count("records.imported") == 3
    stranger = await owning(office.container)
    await office.define(stranger)
    with pytest.raises(exceptions.ImportNotFound):
        await office.use(service.GetImport)(query, stranger)

    assert isinstance(office.clock, FakeClock)
    office.clock.moment = office.clock.now() + constants.IMPORTS_KEPT + timedelta(days=1)
    purge = office.use(service.PurgeImports)
    assert await purge(schemas.PurgeImports(), Actor(kind="system")) == 1
    with pytest.raises(exceptions.ImportNotFound):
        await office.use(service.GetImport)(query, office.owner)


async def test_a_large_file_with_too_much_wrong_goes_no_further(office: Office) -> None:
    await office.define()
    told = [{"name": "A" if n < 500 else 1} for n in range(1600)]
    begun = await taken(office, told, max_errors=10)
    await office.work()

    query = schemas.ImportReference(collection="tickets", import_id=begun.id or ImportId(new_id()))
    done = await office.use(service.GetImport)(query, office.owner)
    assert (done.state, done.seen, done.created, done.failed) == ("failed", 1000, 500, 500)


async def test_a_file_whose_collection_is_gone_says_so(office: Office) -> None:
    await office.define()
    begun = await taken(office, [{"name": "A"}] * 1200)
    of = await office.kept()
    await office.container.collections().put(of.evolve(deleted_at=of.created_at))
    await office.work()

    found = await office.container.record_imports().get(
        office.owner.require_organization(), begun.id or ImportId(new_id())
    )
    assert found is not None
    assert (found.state, found.errors[0]["code"]) == ("failed", "collection_not_found")


async def test_rows_that_name_the_same_record_are_told(office: Office) -> None:
    await office.define(fields=[NAME, RANK, CODE])
    told = [{"name": "A", "code": "x"}, {"name": "B", "code": "x"}, {"name": "C"}]
    view = await taken(office, told, upsert_on="code")
    assert [(one.pointer, one.code) for one in view.errors] == [
        ("#/rows/2/code", "twice"),
        ("#/rows/3/code", "required"),
    ]
    with pytest.raises(exceptions.BadFilter):
        await taken(office, told, upsert_on="rank")


# --- Watching -------------------------------------------------------------------------------------


async def test_watchers_hear_of_what_is_theirs_to_see(office: Office) -> None:
    await office.define(own=["member"])
    member = await another(office, "member")
    query = schemas.WatchRecords(collection="tickets")
    theirs = await office.use(service.WatchRecords)(query, member)
    everything = await office.use(service.WatchRecords)(query, office.owner)
    assert await anext(theirs) is None
    assert await anext(everything) is None
    first, second = asyncio.ensure_future(anext(theirs)), asyncio.ensure_future(anext(everything))
    await asyncio.sleep(0)

    others = await made(office)
    own = await made(office, member)

    heard, all_heard = await first, await second
    assert heard is not None
    assert (heard.id, heard.version, heard.what) == (own["id"], 1, "changed")
    assert all_heard is not None
    assert all_heard.id == others["id"]
    again = schemas.WatchRecords(collection="tickets", last_event_id=heard.event_id)
    caught_up = await office.use(service.WatchRecords)(again, office.owner)
    missed = [one.id for one in [await anext(caught_up), await anext(caught_up)] if one]
    assert missed == [others["id"], own["id"]]
    for stream in (theirs, everything, caught_up):
        await stream.aclose()  # type: ignore[attr-defined]


async def test_a_file_that_is_pointed_at_is_there_and_ones_own(office: Office) -> None:
    await office.define(fields=[NAME, {"key": "picture", "type": "file_ref"}])
    ours = await filing.bucket(office.container, organization_id=office.owner.organization_id)
    theirs = await filing.bucket(office.container)
    there, foreign = [
        await filing.moved(
            office.container, await filing.admitted(office.container, place),
            "verifying", "available",
        )
        for place in (ours, theirs)
    ]  # fmt: skip
    pending = await filing.admitted(office.container, ours)

    assert (await made(office, picture=str(there.id)))["picture"] == str(there.id)
    for wrong in (foreign.id, pending.id, new_id()):
        with pytest.raises(ValidationFailed) as refused:
            await made(office, picture=str(wrong))
        assert [(one.pointer, one.code) for one in refused.value.errors] == [
            ("#/picture", "dangling")
        ]
