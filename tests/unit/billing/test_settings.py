"""Who takes payments, by the settings."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bootstrap import Application, Container, InMemoryContainer, Settings
from core.billing import schemas, service
from core.billing.catalogue import Catalogue, Plan, Switch
from core.billing.exceptions import ProviderMisconfigured
from settings import problems
from tests.unit.billing.desk import CATALOGUE, OPERATOR, SYSTEM


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **given).with_secret_keys()


@pytest.mark.parametrize(
    ("given", "taken_by"),
    [
        ({}, "sandbox"),
        ({"billing_provider": "off"}, "off"),
        ({"environment": "production"}, "off"),
        ({"stripe_api_key": SecretStr("sk_test_1")}, "stripe"),
        ({"stripe_api_key": SecretStr("sk_test_1"), "billing_provider": "sandbox"}, "sandbox"),
    ],
)
def test_who_takes_payments_follows_from_what_is_set(
    tmp_path: Path, given: dict[str, Any], taken_by: str
) -> None:
    assert settings(tmp_path, **given).billing == taken_by


@pytest.mark.parametrize(
    ("key", "live"), [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False), ("", False)]
)
def test_a_key_tells_whether_real_money_moves(tmp_path: Path, key: str, *, live: bool) -> None:
    assert settings(tmp_path, stripe_api_key=SecretStr(key)).live is live


def test_the_hosts_that_people_come_back_to_are_our_own_unless_named(tmp_path: Path) -> None:
    def hosts(**given: Any) -> tuple[str, ...]:
        return Container(settings=settings(tmp_path, **given)).billing_config().return_hosts

    own = {"app_url": "https://app.example.com", "public_url": "https://api.example.com"}
    assert hosts(**own) == ("app.example.com", "api.example.com")
    assert hosts(**own, billing_return_hosts="a.example.com, b.example.com") == (
        "a.example.com",
        "b.example.com",
    )


def test_production_is_not_paid_by_the_sandbox_and_hears_of_payments(tmp_path: Path) -> None:
    def told(**given: Any) -> str:
        return "\n".join(problems(settings(tmp_path, environment="production", **given)))

    assert "CORE_BILLING_PROVIDER must not be sandbox" in told(billing_provider="sandbox")
    key = SecretStr("sk_live_1")
    assert "CORE_STRIPE_WEBHOOK_SECRETS is missing" in told(stripe_api_key=key)
    assert "CORE_STRIPE_API_BASE" in told(stripe_api_base="http://localhost:1")
    assert "BILLING" not in told()


async def test_where_nobody_takes_payments_plans_still_say_what_is_included(
    tmp_path: Path,
) -> None:
    container = Container(settings=settings(tmp_path, billing_provider="off"))
    memory = InMemoryContainer(settings=container.settings())
    for name in ("shop", "provider_events"):
        getattr(memory, name).override(getattr(container, name))
    memory.billing_config.override(container.billing_config)
    app = Application(memory)
    free = Plan(key="free", name="Free", features={"sso": Switch()})

    with pytest.raises(ProviderMisconfigured):
        await app.use(service.ApplyCatalogue)(schemas.ApplyCatalogue(catalogue=CATALOGUE), OPERATOR)
    applied = await app.use(service.ApplyCatalogue)(
        schemas.ApplyCatalogue(catalogue=Catalogue(free="free", plans=(free,))), OPERATOR
    )

    assert applied.version == 1
    assert await app.use(service.BackfillEvents)(schemas.BackfillEvents(), SYSTEM) == 0


async def test_the_sandbox_remembers_what_was_paid_across_processes(tmp_path: Path) -> None:
    first, second = (Container(settings=settings(tmp_path)) for _ in range(2))
    plan = CATALOGUE.plans[1]

    price_id = await first.shop().put(plan, plan.prices[0], key="a")

    [listed] = (await second.shop().prices()).values()
    assert (listed.id, listed.lookup_key) == (price_id, "solo_monthly")
    assert await second.shop().put(plan, plan.prices[0], key="a") == price_id
