"""Collections are defined, changed, applied, deleted; and records follow."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from core.audit import AuditFilter
from core.exceptions import PermissionDenied, ValidationFailed, VersionMismatch
from core.management.collections import constants, exceptions, schemas, service
from core.management.collections.events import CollectionChanged
from core.management.collections.models import Definition
from core.models import Event
from tests.contracts.founding import as_role, owning
from tests.unit.management.office import OPERATOR, TICKETS, Office

NAME, RANK = TICKETS["fields"]


def only(office: Office, key: str = "tickets") -> schemas.CollectionReference:
    return schemas.CollectionReference(key=key)


# --- Defining -------------------------------------------------------------------------------------


async def test_a_collection_is_defined_and_seen(office: Office) -> None:
    made = await office.define(description="What is wrong.")

    assert made.version == 1
    assert made.state == "ready"
    assert not made.shared
    assert made.permissions["viewer"] == ("read",)
    assert await office.get() == made
    page = await office.use(service.ListCollections)(schemas.ListCollections(), office.owner)
    assert page.items == [made]
    [event] = await office.container.audit().page(
        office.owner.require_organization(), AuditFilter(), limit=9
    )
    assert event.action == "collection.created"


async def test_a_key_is_taken_once(office: Office) -> None:
    await office.define()

    with pytest.raises(exceptions.CollectionTaken):
        await office.define()


@pytest.mark.parametrize(
    "about",
    [
        {"key": "templates"},
        {"key": "Tickets"},
        {"title": ""},
        {"fields": []},
        {"fields": [NAME, NAME]},
        {"permissions": {"member": ["fly"]}},
        {"more": 1},
    ],
)
def test_what_makes_no_sense_is_no_definition(about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Definition.model_validate(TICKETS | about)


async def test_a_reference_points_at_a_collection_that_is_there(office: Office) -> None:
    itself = {"key": "parent", "type": "record_ref", "collection": "tickets"}
    await office.define(fields=[NAME, itself])

    with pytest.raises(ValidationFailed) as raised:
        await office.define(key="other", fields=[itself | {"collection": "nothing"}])

    [error] = raised.value.errors
    assert (error.pointer, error.code) == ("#/other/fields/0/collection", "unknown_collection")


@pytest.mark.parametrize(("role", "sees"), [("viewer", True), ("member", True), ("admin", True)])
async def test_everybody_sees_them_and_admins_define_them(
    office: Office, role: str, *, sees: bool
) -> None:
    await office.define()
    actor = as_role(office.container, office.owner, role)

    assert (await office.get(actor=actor)).key == "tickets"
    if role == "admin":
        await office.define(actor, key="more")
    else:
        with pytest.raises(PermissionDenied):
            await office.define(actor, key="more")


async def test_strangers_see_nothing_of_them(office: Office) -> None:
    await office.define()
    stranger = await owning(office.container)

    with pytest.raises(exceptions.CollectionNotFound):
        await office.get(actor=stranger)
    assert (await office.define(stranger)).version == 1


async def test_there_are_so_many_and_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "COLLECTIONS", 1)
    await office.define()

    with pytest.raises(exceptions.TooManyCollections):
        await office.define(key="more")


# --- Changing -------------------------------------------------------------------------------------


async def test_what_touches_no_record_changes_at_once(office: Office) -> None:
    await office.define()

    changed = await office.change(title="Cases", fields=[NAME | {"label": "What"}, RANK])

    assert changed.version == 2
    assert changed.state == "ready"
    assert changed.title == "Cases"
    assert await office.change(title="Cases") == changed


async def test_a_change_goes_by_the_version_that_was_read(office: Office) -> None:
    await office.define()
    change = schemas.CollectionChange(title="B")
    command = schemas.UpdateCollection(key="tickets", change=change, expected_version=2)

    with pytest.raises(VersionMismatch):
        await office.use(service.UpdateCollection)(command, office.owner)
    with pytest.raises(VersionMismatch):
        gone = schemas.DeleteCollection(key="tickets", expected_version=2)
        await office.use(service.DeleteCollection)(gone, office.owner)


async def test_records_follow_by_a_job(office: Office) -> None:
    await office.define()
    await office.keep({"name": "a", "rank": 1}, {"name": "b"})
    state = {"key": "state", "type": "text", "required": True, "default": "new", "indexed": True}

    changed = await office.change(fields=[NAME, state])

    assert changed.state == "migrating"
    kept = await office.kept()
    assert kept.removed == ("rank",)
    assert not kept.sortable("state")
    with pytest.raises(exceptions.CollectionMigrating):
        await office.change(title="B")
    await office.work()
    assert await office.data() == [{"name": "a", "state": "new"}, {"name": "b", "state": "new"}]
    settled = await office.kept()
    assert settled.state == "ready"
    assert settled.removed == ()
    assert settled.sortable("state")
    assert settled.version == 2
    again = schemas.MigrateCollection(
        organization_id=office.owner.organization_id, key="tickets", version=2
    )
    await office.use(service.MigrateCollection)(again, OPERATOR)
    assert await office.kept() == settled


async def test_many_records_follow_in_batches(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "BATCH", 2)
    await office.define()
    await office.keep(*({"name": str(n), "rank": n} for n in range(5)))

    await office.change(fields=[NAME])
    await office.work()

    assert await office.data() == [{"name": str(n)} for n in range(5)]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ([NAME | {"max": 1}, RANK], [(1, "#/name", "too_long")]),
        ([NAME, RANK | {"required": True}], [(1, "#/rank", "required")]),
        ([NAME, RANK | {"min": 2}], [(0, "#/rank", "too_small"), (2, "#/rank", "too_small")]),
        ([NAME, RANK | {"unique": True}], [(2, "#/rank", "duplicate")]),
        ([NAME | {"type": "integer"}, RANK], [(n, "#/name", "integer") for n in range(3)]),
        (
            [NAME, RANK, {"key": "x", "type": "date", "required": True}],
            [(n, "#/x", "required") for n in range(3)],
        ),
    ],
)
async def test_records_that_are_in_the_way_are_named(
    office: Office, fields: Any, wrong: list[tuple[int, str, str]]
) -> None:
    await office.define()
    made = await office.keep({"name": "a", "rank": 1}, {"name": "bb"}, {"name": "c", "rank": 1})

    plan = await office.plan(fields=fields)

    found = [(one.record_id, one.pointer, one.code) for one in plan.violations]
    assert found == [(made[place].id, pointer, code) for place, pointer, code in wrong]
    assert plan.looked_at == 3
    assert plan.complete
    with pytest.raises(exceptions.RecordsViolate) as raised:
        await office.change(fields=fields)
    assert [one.code for one in raised.value.errors] == [code for _, _, code in wrong]
    assert (await office.get()).version == 1


async def test_a_plan_names_a_hundred_and_looks_at_so_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "BATCH", 2)
    monkeypatch.setattr(constants, "SCANNED", 4)
    monkeypatch.setattr(constants, "VIOLATIONS", 3)
    await office.define()
    await office.keep(*({"name": str(n)} for n in range(5)))

    fine = await office.plan(fields=[NAME | {"max": 5}, RANK])
    assert (fine.violations, fine.looked_at, fine.complete) == ([], 4, False)
    bad = await office.plan(fields=[NAME, RANK | {"required": True}])
    assert len(bad.violations) == 3


async def test_a_plan_changes_nothing(office: Office) -> None:
    made = await office.define()

    plan = await office.plan(title="B", fields=[NAME])

    assert plan.action == "update"
    assert plan.destroys
    assert [one.kind for one in plan.changes] == ["collection_changed", "field_removed"]
    assert await office.get() == made
    assert (await office.plan(title="Tickets")).action == "none"


# --- Files ----------------------------------------------------------------------------------------


async def test_what_a_file_says_is_applied_as_a_whole(office: Office) -> None:
    await office.define()
    ref = {"key": "ticket", "type": "record_ref", "collection": "tickets"}
    notes = {"key": "notes", "title": "Notes", "fields": [ref]}
    changed = TICKETS | {"title": "Cases"}

    dry = await office.apply(notes, changed, dry_run=True)
    assert [(one.key, one.action) for one in dry.plans] == [
        ("notes", "create"),
        ("tickets", "update"),
    ]
    assert not dry.applied
    assert (await office.get()).title == "Tickets"

    done = await office.apply(notes, changed)
    assert done.plans == dry.plans
    assert done.applied
    assert (await office.get()).title == "Cases"
    again = await office.apply(notes, changed)
    assert {one.action for one in again.plans} == {"none"}

    broken = notes | {"key": "broken", "fields": [ref | {"collection": "nothing"}]}
    with pytest.raises(ValidationFailed):
        await office.apply(TICKETS, broken)
    assert (await office.get()).title == "Cases"


async def test_what_a_file_does_not_name_goes_if_told_so(office: Office) -> None:
    await office.define()
    await office.define(key="others")
    shared = await office.define(OPERATOR, key="shared")

    assert [one.action for one in (await office.apply(TICKETS)).plans] == ["none"]
    pruned = await office.apply(TICKETS, prune=True)

    assert [(one.key, one.action, one.destroys) for one in pruned.plans] == [
        ("tickets", "none", False),
        ("others", "delete", True),
    ]
    with pytest.raises(exceptions.CollectionNotFound):
        await office.get("others")
    assert await office.get("shared") == shared


async def test_every_template_can_be_applied(office: Office) -> None:
    view = await office.use(service.ListCollectionTemplates)(None, office.owner)

    names = [one.name for one in view.items]
    assert names == ["announcements", "changelog", "onboarding-checklists", "projects"]
    for one in view.items:
        done = await office.apply(*one.collections)
        assert {plan.action for plan in done.plans} == {"create"}
        again = await office.apply(*one.collections)
        assert {plan.action for plan in again.plans} == {"none"}


# --- Shared ones ----------------------------------------------------------------------------------


async def test_shared_ones_are_seen_by_all_and_changed_by_operators(office: Office) -> None:
    made = await office.define(OPERATOR)

    assert made.shared
    assert await office.get() == made
    with pytest.raises(exceptions.CollectionTaken):
        await office.define()
    with pytest.raises(exceptions.CollectionShared):
        await office.change(title="B")
    with pytest.raises(exceptions.CollectionShared):
        await office.use(service.DeleteCollection)(
            schemas.DeleteCollection(key="tickets"), office.owner
        )
    with pytest.raises(PermissionDenied):
        await office.apply(TICKETS, system=True)
    done = await office.apply(TICKETS | {"title": "B"}, actor=OPERATOR, system=True)
    assert done.plans[0].action == "update"
    assert (await office.get()).title == "B"


async def test_records_of_all_organizations_follow_a_shared_one(office: Office) -> None:
    await office.define(OPERATOR)
    await office.keep({"name": "a", "rank": 1})

    await office.apply(TICKETS | {"fields": [NAME]}, actor=OPERATOR, system=True)
    await office.work()

    assert await office.data() == [{"name": "a"}]


# --- Going and coming back ------------------------------------------------------------------------


async def delete(office: Office, key: str = "tickets") -> None:
    await office.use(service.DeleteCollection)(schemas.DeleteCollection(key=key), office.owner)


async def test_a_deleted_one_comes_back_with_its_records(office: Office) -> None:
    made = await office.define()
    await office.keep({"name": "a"})
    await delete(office)
    with pytest.raises(exceptions.CollectionNotFound):
        await office.get()

    back = await office.use(service.RestoreCollection)(only(office), office.owner)

    assert back.id == made.id
    assert back.version == 3
    assert await office.data() == [{"name": "a"}]
    with pytest.raises(exceptions.CollectionNotFound):
        await office.use(service.RestoreCollection)(only(office), office.owner)


async def test_it_does_not_come_back_where_its_key_was_taken(office: Office) -> None:
    await office.define()
    await delete(office)
    await office.define()

    with pytest.raises(exceptions.CollectionTaken):
        await office.use(service.RestoreCollection)(only(office), office.owner)


async def test_what_was_deleted_a_month_ago_is_erased(office: Office) -> None:
    await office.define()
    await office.keep({"name": "a"}, {"name": "b"})
    of = await office.kept()
    await delete(office)
    purge, job = office.use(service.PurgeCollections), schemas.PurgeCollections()

    await purge(job, OPERATOR)
    assert len(await office.container.contents().page(of, after=None, limit=9)) == 2
    office.clock.moment += constants.KEPT_DELETED + timedelta(seconds=1)
    await purge(job, OPERATOR)

    assert await office.container.contents().page(of, after=None, limit=9) == []
    with pytest.raises(exceptions.CollectionNotFound):
        await office.use(service.RestoreCollection)(only(office), office.owner)


async def test_others_hear_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = list[Event]()

    async def hear(event: Event) -> None:
        heard.append(event)

    monkeypatch.setattr(office.container.events(), "publish", hear)
    await office.define(OPERATOR, key="shared")
    await office.define()
    await office.change(fields=[NAME])
    await office.work()
    await delete(office)

    told = [(one.key, one.change) for one in heard if isinstance(one, CollectionChanged)]
    changes = ("created", "updated", "migrated", "deleted")
    assert told == [("tickets", change) for change in changes]


async def test_its_schema_and_its_openapi_are_to_be_had(office: Office) -> None:
    await office.define()

    schema = await office.use(service.GetCollectionSchema)(only(office), office.owner)
    document = await office.use(service.GetCollectionOpenapi)(only(office), office.owner)

    assert schema["required"] == ["name"]
    assert "/v1/organizations/{organization_id}/collections/tickets/records" in document["paths"]
    with pytest.raises(exceptions.CollectionNotFound):
        await office.use(service.GetCollectionSchema)(only(office, "nothing"), office.owner)
    with pytest.raises(exceptions.CollectionNotFound):
        await office.use(service.GetCollectionOpenapi)(only(office, "nothing"), office.owner)
