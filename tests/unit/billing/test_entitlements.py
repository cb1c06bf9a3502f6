"""What plans grant together, and what is given apart."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.billing import entitlements, money, schemas, service
from core.billing.catalogue import Catalogue, Choice, Limit, Plan, Price, Switch
from core.billing.config import BillingConfig
from core.billing.exceptions import FeatureNotFound, FeatureNotInPlan
from core.billing.models import Override
from core.exceptions import PermissionDenied
from core.models import OrganizationId
from tests.factories import NOW
from tests.unit.billing.desk import CATALOGUE, OPERATOR, TEAM, Desk

DAY = timedelta(days=1)
OPERATOR_ORGANIZATION = OrganizationId(UUID(int=1))


async def test_without_a_subscription_there_is_the_free_plan(desk: Desk) -> None:
    assert {key: one.limit for key, one in (await desk.entitlements()).items()} == {"projects": 3}
    assert (await desk.standing()).access.reason == "free"


async def test_a_feature_switches_on_with_the_plan_and_off_on_time(desk: Desk) -> None:
    await desk.subscribe("team_monthly")
    found = await desk.entitlements()

    assert found["sso"].has_access
    assert (found["projects"].limit, found["support"].value) == (None, "phone")
    assert (found["calls"].limit, found["calls"].type) == (1000, "metered")
    await desk.order(service.CancelSubscription, schemas.CancelSubscription())
    assert (await desk.entitlements())["sso"].until == NOW + 14 * DAY
    desk.clock.forward(days=14)  # and no news came
    assert "sso" not in await desk.entitlements()
    assert (await desk.entitlements())["projects"].limit == 3


async def test_a_plan_goes_on_for_some_days_though_its_payment_failed(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    desk.clock.forward(days=30)
    await desk.backfill()
    await desk.work_off()

    view = await desk.standing()
    assert (view.subscription and view.subscription.status) == "past_due"
    assert (view.access.reason, view.access.until) == ("grace", NOW + 37 * DAY)
    assert (await desk.entitlements())["projects"].limit == 10
    desk.clock.forward(days=7)
    assert (await desk.entitlements())["projects"].limit == 3


async def test_an_operator_gives_and_takes_features_apart_from_the_plan(desk: Desk) -> None:
    set_override, reset = desk.use(service.SetOverride), desk.use(service.DropOverride)
    about: dict[str, Any] = {"organization_id": desk.organization_id}

    await set_override(schemas.SetOverride(key="sso", feature=Switch(), **about), OPERATOR)
    await set_override(
        schemas.SetOverride(key="projects", feature=Limit(most=99), expires_at=NOW + DAY, **about),
        OPERATOR,
    )
    found = await desk.entitlements()
    assert (found["sso"].reason, found["projects"].limit) == ("override", 99)
    desk.clock.forward(days=1)
    assert (await desk.entitlements())["projects"].limit == 3
    await set_override(schemas.SetOverride(key="projects", feature=None, **about), OPERATOR)
    assert "projects" not in await desk.entitlements()
    await reset(schemas.OverrideReference(feature="projects", **about), OPERATOR)
    assert (await desk.entitlements())["projects"].limit == 3
    with pytest.raises(FeatureNotFound):
        await reset(schemas.OverrideReference(feature="projects", **about), OPERATOR)
    with pytest.raises(PermissionDenied):
        await set_override(schemas.SetOverride(key="sso", feature=None, **about), desk.owner)
    assert desk.actions == [*["billing.override_set"] * 3, "billing.override_dropped"]


async def test_nobody_gets_past_without_the_feature(desk: Desk) -> None:
    require = desk.use(service.RequireFeature)

    with pytest.raises(FeatureNotInPlan) as refused:
        await require(schemas.EntitlementReference(feature="sso"), desk.as_role("viewer"))

    assert refused.value.members == {"feature": "sso", "plans": ["team"]}
    await desk.subscribe("team_monthly")
    assert (await require(schemas.EntitlementReference(feature="sso"), desk.owner)).has_access


async def test_a_feature_is_looked_at_alone(desk: Desk) -> None:
    get = desk.use(service.GetEntitlement)

    told = await get(schemas.EntitlementReference(feature="sso"), desk.as_role("member"))

    assert (told.has_access, told.reason) == (False, "not_in_plan")
    with pytest.raises(FeatureNotFound):
        await get(schemas.EntitlementReference(feature="teleport"), desk.owner)


limits = st.one_of(st.none(), st.integers(0, 100))


@given(free=limits, paid=limits)
def test_of_two_limits_the_larger_one_counts(free: int | None, paid: int | None) -> None:
    """Also if no plan is paid for: then the free one alone does."""
    plans = Catalogue(
        free="free", plans=(Plan(key="free", name="F", features={"n": Limit(most=free)}),)
    )
    standing = entitlements.Standing()
    found = entitlements.granted(standing, plans, BillingConfig(), NOW)["n"].feature
    assert found == Limit(most=free)
    better = entitlements._better(  # noqa: SLF001 - the rule itself
        entitlements.Entitlement(key="n", feature=Limit(most=free), reason="free"),
        entitlements.Entitlement(key="n", feature=Limit(most=paid), reason="active"),
    )
    assert isinstance(better.feature, Limit)
    unlimited = None in {free, paid}
    assert better.feature.most == (None if unlimited else max(free or 0, paid or 0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"free": "gold"},
        {"plans": [{"key": "a", "name": "A"}, {"key": "a", "name": "B"}]},
        {"plans": [{"key": "A B", "name": "A"}]},
        {"plans": [{"key": "a", "name": "A", "prices": [{"lookup_key": "x", "amount": 1}]}]},
        {
            "plans": [
                {
                    "key": "a",
                    "name": "A",
                    "prices": [
                        {"lookup_key": "x", "amount": 1, "currency": "eur"},
                        {"lookup_key": "x", "amount": 2, "currency": "eur"},
                    ],
                }
            ]
        },
        {
            "plans": [
                {"key": "a", "name": "A", "features": {"x": {"type": "boolean"}}},
                {"key": "b", "name": "B", "features": {"x": {"type": "limit", "most": 1}}},
            ]
        },
        {"plans": [{"key": "a", "name": "A", "features": {"x": {"type": "magic"}}}]},
        {
            "plans": [
                {
                    "key": "a",
                    "name": "A",
                    "prices": [
                        {"lookup_key": "x", "amount": 1, "currency": "eur", "role": "metered"}
                    ],
                }
            ]
        },
    ],
)
def test_a_catalogue_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Catalogue.model_validate(wrong)


async def test_applying_a_catalogue_makes_what_is_new_and_deletes_nothing(desk: Desk) -> None:
    gold = Plan(
        key="gold",
        name="Gold",
        prices=(Price(lookup_key="gold_monthly", amount=9900, currency="eur"),),
    )
    changed = Catalogue(free="free", plans=(*CATALOGUE.plans[:2], gold))

    told = await desk.apply(changed, dry_run=True)
    assert (told.version, told.new_prices) == (1, ["gold_monthly"])
    assert told.changed_plans == ["team", "gold"]
    applied = await desk.apply(changed)

    assert applied.version == 2
    assert desk.actions == ["billing.catalogue_applied"]
    assert (await desk.apply(changed, dry_run=True)).new_prices == []
    prices = await desk.container.shop().prices()
    assert {"team_monthly", "gold_monthly"} <= prices.keys()
    sold = await desk.use(service.ListPlans)(schemas.ListPlans(), desk.owner)
    assert [plan.key for plan in sold.plans] == ["free", "gold", "solo"]
    whole = await desk.use(service.GetCatalogue)(schemas.ListPlans(), OPERATOR)
    assert whole == changed


async def test_who_has_a_plan_that_is_not_offered_any_more_keeps_it(desk: Desk) -> None:
    await desk.subscribe("team_monthly")

    await desk.apply(
        Catalogue(free="free", plans=(*CATALOGUE.plans[:2], TEAM.evolve(active=False)))
    )

    assert (await desk.entitlements())["sso"].has_access


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1250, "eur", "12.50 EUR"),
        (5, "usd", "0.05 USD"),
        (-1250, "eur", "-12.50 EUR"),
        (500, "jpy", "500 JPY"),
        (1250, "kwd", "1.250 KWD"),
        (0, "eur", "0.00 EUR"),
    ],
)
def test_money_is_written_as_its_currency_is(amount: int, currency: str, text: str) -> None:
    assert money.Money(amount=amount, currency=currency).text() == text


def test_overrides_that_are_over_do_not_count() -> None:
    over = Override(
        organization_id=OPERATOR_ORGANIZATION,
        feature_key="x",
        feature=Choice(value="a"),
        expires_at=NOW,
    )
    standing = entitlements.Standing(overrides=(over,))

    assert entitlements.granted(standing, Catalogue(), BillingConfig(), NOW) == {}
