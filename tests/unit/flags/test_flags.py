"""Feature flags are made, changed, switched and forgotten."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from core.audit import AuditFilter
from core.exceptions import NotFound, PermissionDenied, ValidationFailed, VersionMismatch
from core.management.flags import constants, exceptions, policies, schemas, service
from core.models import Actor
from tests.contracts.founding import as_role, owning
from tests.unit.flags.desk import Desk

PEOPLE = [f"user-{n}" for n in range(2000)]


def split(on: int, **condition: Any) -> dict[str, Any]:
    """A rule that serves `on` to so many in ten thousand."""
    parts = {"on": on, "off": constants.BUCKETS - on}
    return {"all": [condition] if condition else [], "split": parts}


async def served(desk: Desk, variant: str = "on", **context: Any) -> set[str]:
    """Return who is served a variant."""
    said = {one: await desk.ask(targetingKey=one, **context) for one in PEOPLE}
    return {one for one, answer in said.items() if answer["variant"] == variant}


async def audited(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    organization_id = desk.owner.require_organization()
    rows = await desk.container.audit().page(organization_id, AuditFilter(), limit=100)
    return [(row.action, row.metadata) for row in rows if row.action.startswith("flag.")]


# --- Making ---------------------------------------------------------------------------------------


async def test_a_flag_is_a_switch_that_is_off_for_all_unless_it_is_told_otherwise(
    desk: Desk,
) -> None:
    made = await desk.make()

    assert (made.type, made.variants, made.default) == ("bool", {"on": True, "off": False}, "off")
    assert (made.enabled, made.rules, made.version, made.title) == (True, (), 1, None)
    assert await desk.ask() == {
        "key": "new-checkout",
        "value": False,
        "variant": "off",
        "reason": "STATIC",
    }


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ({"type": "string", "variants": {"a": "x"}, "default": "a"}, "x"),
        ({"type": "number", "variants": {"a": 2, "b": 0.5}, "default": "b"}, 0.5),
        ({"type": "object", "variants": {"a": {"b": [1, None]}}, "default": "a"}, {"b": [1, None]}),
        ({"type": "bool", "variants": {"yes": True}, "default": "yes"}, True),
        ({"default": "on"}, True),
    ],
)
async def test_a_variant_is_a_value_of_the_type(
    desk: Desk, about: dict[str, Any], value: Any
) -> None:
    await desk.make(**about)

    assert (await desk.ask())["value"] == value


@pytest.mark.parametrize(
    ("about", "pointer", "code"),
    [
        (
            {"type": "string", "variants": {"a": True}, "default": "a"},
            "#/variants/a",
            "variant_type",
        ),
        (
            {"type": "number", "variants": {"a": True}, "default": "a"},
            "#/variants/a",
            "variant_type",
        ),
        ({"variants": {"a": 1}, "default": "a"}, "#/variants/a", "variant_type"),
        ({"default": "maybe"}, "#/default", "unknown_variant"),
        ({"rules": [{"serve": "maybe"}]}, "#/rules/0/serve", "unknown_variant"),
        (
            {"rules": [split(1), {"split": {"maybe": 10_000}}]},
            "#/rules/1/split/maybe",
            "unknown_variant",
        ),
        (
            {
                "type": "string",
                "variants": {str(n): "x" * 4096 for n in range(9)},
                "default": "1",
            },
            "#",
            "too_large",
        ),
    ],
)
async def test_a_flag_that_contradicts_itself_is_refused_where_it_does(
    desk: Desk, about: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await desk.make(**about)

    assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, code)]


@pytest.mark.parametrize(
    "about",
    [
        {"type": "string"},
        {"variants": {"on": True}},
        {"variants": {}, "default": "a"},
        {"variants": {str(n): True for n in range(21)}, "default": "1"},
        {"type": "string", "variants": {"a": None}, "default": "a"},
        {"type": "object", "variants": {"a": {"b": float("inf")}}, "default": "a"},
        {"type": "object", "variants": {"a": {"b\0": 1}}, "default": "a"},
        {"variants": {"a b": True}, "default": "a b"},
        {"rules": [{}]},
        {"rules": [{"serve": "on", "split": {"on": 10_000}}]},
        {"rules": [{"split": {"on": 9_999}}]},
        {"rules": [{"split": {"on": 10_001, "off": -1}}]},
        {"rules": [{"split": {"on": 10_000.0}}]},
        {"rules": [{"serve": "on"}] * 51},
        {"rules": [{"serve": "on", "all": [{"attr": "a"}] * 11}]},
        {"rules": [{"serve": "on", "all": [{"attr": "a b"}]}]},
        {"unknown": 1},
    ],
)
async def test_what_is_no_flag_is_refused(desk: Desk, about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        await desk.make(**about)


async def test_a_structure_is_nested_ten_levels_deep_at_most(desk: Desk) -> None:
    deep: dict[str, Any] = {}
    for _ in range(10):
        deep = {"a": deep}
    await desk.make(type="object", variants={"a": deep}, default="a")

    with pytest.raises(ValidationError):
        await desk.make("b", type="object", variants={"a": {"a": deep}}, default="a")


async def test_a_key_is_taken_once_and_there_are_so_many_flags(desk: Desk) -> None:
    await desk.make()
    with pytest.raises(exceptions.FlagKeyTaken):
        await desk.make()
    for n in range(constants.FLAGS - 1):
        await desk.make(f"flag-{n}")

    with pytest.raises(exceptions.TooManyFlags):
        await desk.make("one-more")
    with pytest.raises(exceptions.TooManyFlags):
        await desk.put("one-more")
    assert not (await desk.put()).created


# --- Splitting ------------------------------------------------------------------------------------


async def test_a_tenth_is_served_it_and_stays_served_it_as_it_becomes_a_fifth(desk: Desk) -> None:
    await desk.make(rules=[split(1000)])
    tenth = await served(desk)
    assert 150 < len(tenth) < 250
    assert await served(desk) == tenth

    await desk.change(rules=[split(2000)])
    fifth = await served(desk)
    assert 330 < len(fifth) < 470
    assert fifth > tenth
    await desk.change(rules=[split(1000)])
    assert await served(desk) == tenth
    await desk.change(rules=[split(10_000)])
    assert await served(desk) == set(PEOPLE)


async def test_who_is_served_it_is_another_for_another_flag(desk: Desk) -> None:
    await desk.make(rules=[split(1000)])
    first = await served(desk)
    await desk.put(rules=[split(1000)])
    assert await served(desk) == first
    await desk.make("other", rules=[split(1000)])

    others = {one for one in PEOPLE if (await desk.ask("other", targetingKey=one))["value"]}

    assert 0 < len(others & first) < 50


async def test_a_split_stays_that_of_its_conditions_wherever_its_rule_goes(desk: Desk) -> None:
    variants: dict[str, Any] = {
        "variants": {"a": "A", "b": "B", "off": ""},
        "type": "string",
        "default": "off",
    }

    def parts(a: int, b: int, **condition: Any) -> dict[str, Any]:
        split = {"a": a, "b": b, "off": constants.BUCKETS - a - b}
        return {"all": [condition] if condition else [], "split": split}

    german, austrian = {"attr": "country", "value": "de"}, {"attr": "country", "value": "at"}
    await desk.make(rules=[parts(1000, 1000, **german), parts(500, 500)], **variants)
    of_a = await served(desk, "a", country="de")
    of_b = await served(desk, "b", country="de")

    await desk.change(
        rules=[
            parts(1000, 1000, **austrian),
            {"all": [{"attr": "beta", "value": True}], "serve": "a"},
            parts(3000, 1000, **german),
            parts(9000, 500),
        ]
    )

    assert await served(desk, "a", country="de") > of_a
    assert await served(desk, "b", country="de") == of_b


async def test_a_rule_whose_conditions_change_goes_on_from_the_one_in_its_place(desk: Desk) -> None:
    await desk.make(rules=[{"all": [], "split": {"off": 4000, "on": 6000}}], default="on")
    first = await served(desk, "off")

    wider = {"all": [{"attr": "country", "op": "exists"}], "split": {"off": 5000, "on": 5000}}
    await desk.change(rules=[wider], default="off")

    assert await served(desk, "off", country="de") > first


async def test_a_split_is_shown_as_it_was_told(desk: Desk) -> None:
    made = await desk.make(rules=[{"split": {"on": 0, "off": 10_000}}])

    assert made.rules[0].split == {"on": 0, "off": 10_000}


# --- Changing -------------------------------------------------------------------------------------


async def test_only_what_is_named_changes_and_null_takes_away(desk: Desk) -> None:
    made = await desk.make(
        type="object",
        title="Checkout",
        variants={"a": {"x": 1, "y": {"z": 1}}, "b": {}, "c": {}},
        default="a",
        rules=[{"serve": "b"}],
    )

    changed = await desk.change(
        variants={"a": {"x": None, "y": {"w": 2}}, "c": None, "d": {"k": 1}}
    )
    assert changed.variants == {"a": {"y": {"z": 1, "w": 2}}, "b": {}, "d": {"k": 1}}
    assert (changed.title, changed.version, changed.rules) == ("Checkout", 2, made.rules)
    changed = await desk.change(title=None, rules=[], default="d")
    assert (changed.title, changed.rules, changed.default) == (None, (), "d")
    assert (await desk.change()).version == 4


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"variants": {"off": None}}, "#/default"),
        ({"variants": {"on": None}}, "#/rules/0/serve"),
        ({"variants": {"on": None, "off": None}}, "#/variants"),
        ({"variants": {"x": "y"}}, "#/variants/x"),
        ({"variants": {f"x{n}": True for n in range(20)}}, "#/variants"),
    ],
)
async def test_a_change_that_leaves_no_flag_is_refused(
    desk: Desk, changes: dict[str, Any], pointer: str
) -> None:
    made = await desk.make(rules=[{"serve": "on"}])

    with pytest.raises(ValidationFailed) as refused:
        await desk.change(**changes)

    assert refused.value.errors[0].pointer == pointer
    found = await desk.use(service.GetFlag)(schemas.FlagReference(key=made.key), desk.owner)
    assert found == made


@given(
    st.recursive(st.none() | st.integers(), lambda x: st.dictionaries(st.sampled_from("abc"), x))
)
def test_a_merge_patch_leaves_no_null_and_comes_to_rest(patch: JsonValue) -> None:
    target = {"a": 1, "b": {"a": 1, "c": 2}}

    once = policies.merged(target, patch)

    assert policies.merged(once, patch) == once
    assert target == {"a": 1, "b": {"a": 1, "c": 2}}
    if isinstance(patch, dict):
        assert "None" not in repr(once)


async def test_nobody_overwrites_what_they_have_not_seen(desk: Desk) -> None:
    await desk.make()
    await desk.change(version=1, title="A")

    with pytest.raises(VersionMismatch) as late:
        await desk.change(version=1, title="B")
    assert late.value.members == {"current_etag": '"2"'}
    with pytest.raises(VersionMismatch):
        await desk.put(expected_version=1)
    with pytest.raises(VersionMismatch):
        await desk.put(only_new=True)
    with pytest.raises(VersionMismatch):
        await desk.put("unknown", expected_version=1)
    delete = desk.use(service.DeleteFlag)
    with pytest.raises(VersionMismatch):
        await delete(schemas.DeleteFlag(key="new-checkout", expected_version=1), desk.owner)


async def test_what_is_put_is_just_so_whether_it_was_there_or_not(desk: Desk) -> None:
    first = await desk.put(title="A", rules=[{"serve": "on"}], only_new=True)
    again = await desk.put(enabled=False)

    assert (first.created, again.created) == (True, False)
    assert (again.flag.id, again.flag.version) == (first.flag.id, 2)
    assert (again.flag.title, again.flag.rules, again.flag.enabled) == (None, (), False)
    with pytest.raises(ValidationFailed) as refused:
        await desk.put(type="string", variants={"a": "b"}, default="a")
    assert refused.value.errors[0].pointer == "#/type"


async def test_a_flag_is_switched_off_for_all_and_on_again(desk: Desk) -> None:
    await desk.make(rules=[{"serve": "on"}])

    off = await desk.toggle(enabled=False)
    assert (off.enabled, off.version) == (False, 2)
    assert (await desk.ask())["reason"] == "DISABLED"
    assert (await desk.toggle(enabled=False)).version == 2
    assert (await desk.toggle(enabled=True)).version == 3
    assert (await desk.ask())["value"] is True


async def test_a_flag_that_is_gone_says_nothing(desk: Desk) -> None:
    await desk.make()
    await desk.use(service.DeleteFlag)(schemas.DeleteFlag(key="new-checkout"), desk.owner)

    for act in (desk.ask(), desk.change(title="A"), desk.toggle(enabled=True)):
        with pytest.raises(exceptions.FlagNotFound):
            await act
    with pytest.raises(exceptions.FlagNotFound):
        await desk.use(service.GetFlag)(schemas.FlagReference(key="new-checkout"), desk.owner)
    assert await desk.ask_all() == []


async def test_flags_are_listed_by_what_their_keys_begin_with(desk: Desk) -> None:
    for key in ("a-1", "b-1", "a-2"):
        await desk.make(key)
    listing = desk.use(service.ListFlags)

    page = await listing(schemas.ListFlags(limit=1, q="a"), desk.owner)
    rest = await listing(schemas.ListFlags(q="a", cursor=page.next_cursor), desk.owner)

    assert [one.key for one in (*page.items, *rest.items)] == ["a-2", "a-1"]
    assert rest.next_cursor is None


# --- Asking ---------------------------------------------------------------------------------------


async def test_all_flags_are_asked_at_once_and_each_says_why_it_can_not_answer(desk: Desk) -> None:
    await desk.make("b", rules=[split(10_000)])
    await desk.make("a", default="on")

    assert await desk.ask_all() == [
        {"key": "a", "value": True, "variant": "on", "reason": "STATIC"},
        {
            "key": "b",
            "errorCode": "TARGETING_KEY_MISSING",
            "errorDetails": exceptions.TargetingKeyMissing.title,
        },
    ]
    said = await desk.ask_all(targetingKey="user-1")
    assert [one["value"] for one in said] == [True, True]
    assert said[1] == await desk.ask("b", targetingKey="user-1")
    with pytest.raises(exceptions.ContextInvalid):
        await desk.ask_all(targetingKey=1)
    with pytest.raises(exceptions.TargetingKeyMissing):
        await desk.ask("b")


# --- Who may, and what it leaves behind -----------------------------------------------------------


async def test_a_change_is_written_down_and_told(desk: Desk) -> None:
    await desk.make()
    await desk.change(title="A", rules=[])
    await desk.toggle(enabled=False)
    await desk.put()
    await desk.use(service.DeleteFlag)(schemas.DeleteFlag(key="new-checkout"), desk.owner)

    key = {"key": "new-checkout"}
    assert (await audited(desk))[::-1] == [
        ("flag.created", key),
        ("flag.updated", key | {"changed": ["rules", "title"]}),
        ("flag.updated", key | {"enabled": False}),
        ("flag.updated", key),
        ("flag.deleted", key),
    ]
    told = desk.told()
    assert [(one["change"], one["enabled"], one["version"]) for one in told] == [
        ("created", True, 1),
        ("updated", True, 2),
        ("updated", False, 3),
        ("updated", True, 4),
        ("deleted", True, 4),
    ]


async def test_a_change_that_is_refused_leaves_nothing_behind(desk: Desk) -> None:
    with pytest.raises(ValidationFailed):
        await desk.make(default="maybe")

    assert await audited(desk) == []


async def test_many_who_switch_at_once_come_one_after_another(desk: Desk) -> None:
    await desk.make()

    await asyncio.gather(*(desk.change(variants={f"v{n}": True}) for n in range(10)))

    found = await desk.use(service.GetFlag)(schemas.FlagReference(key="new-checkout"), desk.owner)
    assert (found.version, len(found.variants)) == (11, 12)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner", "reading writing"),
        ("admin", "reading writing"),
        ("member", "reading"),
        ("viewer", "reading"),
        ("billing", ""),
    ],
)
async def test_who_may_see_flags_and_who_may_change_them(
    desk: Desk, role: str, allowed: str
) -> None:
    await desk.make()
    actor = as_role(desk.container, desk.owner, role)
    one = schemas.FlagReference(key="new-checkout")
    reading = (
        (service.GetFlag, one),
        (service.ListFlags, schemas.ListFlags()),
        (service.EvaluateFlag, schemas.EvaluateFlag(key="new-checkout")),
        (service.EvaluateFlags, schemas.EvaluateFlags()),
    )
    definition = schemas.FlagDefinition()
    writing = (
        (service.CreateFlag, schemas.CreateFlag(key="b")),
        (service.PutFlag, schemas.PutFlag(key="b", definition=definition)),
        (service.UpdateFlag, schemas.UpdateFlag(key="b", changes=schemas.FlagChanges())),
        (service.ToggleFlag, schemas.ToggleFlag(key="b", enabled=False)),
        (service.DeleteFlag, schemas.DeleteFlag(key="b")),
    )

    for kind, asked in (("reading", reading), ("writing", writing)):
        for use_case, command in asked:
            assert await may(desk, use_case, command, actor) is (kind in allowed)


async def may(desk: Desk, use_case: Any, command: Any, actor: Actor) -> bool:
    try:
        await desk.use(use_case)(command, actor)
    except PermissionDenied:
        return False
    return True


async def test_another_organization_knows_nothing_of_it(desk: Desk) -> None:
    await desk.make()
    stranger = await owning(desk.container)

    one = schemas.FlagReference(key="new-checkout")
    with pytest.raises(NotFound):
        await desk.use(service.GetFlag)(one, stranger)
    assert await desk.use(service.EvaluateFlags)(schemas.EvaluateFlags(), stranger) == []
    made = await desk.use(service.CreateFlag)(schemas.CreateFlag(key="new-checkout"), stranger)
    assert made.version == 1
