"""What a flag says to somebody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.management.flags import evaluation, exceptions
from core.management.flags.conditions import Condition
from core.management.flags.models import Flag
from core.models import OrganizationId
from tests.contracts.flags import flag
from tests.factories import new_id

ORGANIZATION = OrganizationId(new_id())

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-10, 10)
    | st.floats(-10, 10)
    | st.text("aedtä1 ", max_size=3)
    | st.sampled_from(["de", "at", "1", "true", ""])
)
contexts = st.dictionaries(
    st.sampled_from(["country", "plan", "age"]), scalars | st.lists(scalars, max_size=3)
)


def made(**about: Any) -> Flag:
    return flag(ORGANIZATION, key="new-checkout", **about)


def rule(serve: str = "on", **condition: Any) -> dict[str, Any]:
    return {"all": [condition] if condition else [], "serve": serve}


@pytest.mark.parametrize(
    ("about", "context", "said"),
    [
        ({}, {}, ("off", "STATIC")),
        ({"default": "on"}, {"country": "de"}, ("on", "STATIC")),
        ({"rules": [rule()]}, {}, ("on", "TARGETING_MATCH")),
        ({"rules": [rule(attr="country", value="de")]}, {}, ("off", "DEFAULT")),
        (
            {"rules": [rule(attr="country", value="de")]},
            {"country": "de"},
            ("on", "TARGETING_MATCH"),
        ),
        ({"rules": [rule()], "enabled": False}, {}, ("off", "DISABLED")),
        ({"rules": [rule("off", attr="a"), rule("on")]}, {}, ("on", "TARGETING_MATCH")),
        ({"rules": [rule("off"), rule("on")]}, {}, ("off", "TARGETING_MATCH")),
        (
            {"rules": [{"all": [], "split": [("on", 10_000)]}]},
            {"targetingKey": "user-1"},
            ("on", "SPLIT"),
        ),
    ],
)
def test_the_first_rule_that_somebody_fits_decides(
    about: dict[str, Any], context: dict[str, Any], said: tuple[str, str]
) -> None:
    found = made(**about)

    assert evaluation.evaluated(found, context) == {
        "key": "new-checkout",
        "value": found.variants[said[0]],
        "variant": said[0],
        "reason": said[1],
    }


@pytest.mark.parametrize("context", [{}, {"targetingKey": ""}, {"targetingKey": None}])
def test_a_split_takes_to_know_who_it_is(context: dict[str, Any]) -> None:
    split = made(rules=[{"all": [], "split": [("on", 10_000)]}])

    with pytest.raises(exceptions.TargetingKeyMissing):
        evaluation.served(split, context)
    with pytest.raises(exceptions.TargetingKeyMissing):
        evaluation.served(split.evolve(variants={"on": True}), {"country": "de"})
    assert evaluation.served(split.evolve(enabled=False), context) == ("off", "DISABLED")


@pytest.mark.parametrize("targeting_key", [1, True, ["user-1"], {}])
def test_who_it_is_is_told_by_a_text(targeting_key: object) -> None:
    with pytest.raises(exceptions.ContextInvalid):
        evaluation.checked({"targetingKey": targeting_key})


def test_whoever_says_nothing_of_themselves_has_an_empty_context() -> None:
    assert evaluation.checked(None) == {}


@pytest.mark.parametrize(
    ("op", "value", "held", "failed"),
    [
        ("eq", "de", ["de"], ["at", "DE", None, ["de"], True]),
        ("eq", 1, [1, 1.0], ["1", True, 2, None]),
        ("eq", True, [True], [1, "true", False, None]),
        ("ne", "de", ["at", 1, None, ["de"]], ["de"]),
        ("in", ["de", 1], ["de", 1, 1.0], ["1", True, None, ["de"]]),
        ("nin", ["de", 1], ["at", True, None], ["de", 1.0]),
        ("lt", 3, [2, 2.9, -1], [3, "2", None, True, [2]]),
        ("lte", 3, [3, 3.0], [3.1, "3"]),
        ("gt", 0, [1, 0.1], [0, True, "1"]),
        ("gte", "b", ["b", "ba", "c"], ["a", 1, None]),
        ("contains", "ee", ["beer", "ee", ["ee"]], ["er", ["beer"], None, 1]),
        ("contains", 1, [[1, 2], [1.0]], ["1", [True], ["1"], 1]),
        ("starts_with", "be", ["beer", "be"], ["abe", None, 1, ["be"]]),
        ("ends_with", ".com", ["a@example.com"], ["com", None]),
        ("exists", True, [0, "", False, []], [None]),
        ("exists", False, [None], [0, ""]),
    ],
)
def test_a_condition_takes_each_kind_for_itself(
    op: str, value: Any, held: list[Any], failed: list[Any]
) -> None:
    condition = Condition.model_validate({"attr": "a", "op": op, "value": value})

    assert [one for one in held if not condition.holds({"a": one})] == []
    assert [one for one in failed if condition.holds({"a": one})] == []
    assert condition.holds({}) is condition.holds({"a": None})


@pytest.mark.parametrize(
    ("op", "value"),
    [
        ("in", "de"),
        ("nin", 1),
        ("eq", ["de"]),
        ("exists", "yes"),
        ("starts_with", 1),
        ("lt", True),
        ("gte", [1]),
        ("contains", [1]),
        ("in", []),
        ("in", ["x"] * 101),
        ("eq", {}),
        ("eq", None),
        ("eq", float("nan")),
        ("eq", 10**400),
        ("eq", "x" * 5000),
        ("eq", "a\0"),
        ("eq", "\ud800"),
        ("matches", ".*"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(op: str, value: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Condition.model_validate({"attr": "a", "op": op, "value": value})


@given(contexts, contexts)
def test_the_same_is_said_of_the_same_and_only_what_is_asked_for_counts(
    context: dict[str, Any], more: dict[str, Any]
) -> None:
    found = made(
        rules=[
            rule("off", attr="country", op="contains", value="de"),
            rule("on", attr="age", op="gte", value=3),
            {"all": [{"attr": "plan", "op": "nin", "value": ["free", 1]}], "serve": "off"},
        ]
    )

    first = evaluation.served(found, context)

    assert evaluation.served(found, dict(reversed(context.items()))) == first
    others = {f"other_{name}": value for name, value in more.items()}
    assert evaluation.served(found, others | context) == first


@given(st.sampled_from(["eq", "ne", "in", "nin"]), scalars, contexts)
def test_an_operator_and_its_opposite_never_agree(
    op: str, value: Any, context: dict[str, Any]
) -> None:
    if value is None:
        return
    opposite = {"eq": "ne", "ne": "eq", "in": "nin", "nin": "in"}[op]
    told = [value] if "in" in op else value
    one, other = (
        Condition.model_validate({"attr": "country", "op": name, "value": told})
        for name in (op, opposite)
    )

    assert one.holds(context) is not other.holds(context)
