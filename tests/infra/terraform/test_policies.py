"""The rules of `policies` hold of whatever is planned."""

import pytest

from tests.infra.terraform.plans import Plan
from tests.infra.terraform.policies import EVERYWHERE, IN_PRODUCTION, SECRETS, Rule

type Plans = dict[tuple[str, str], Plan]


@pytest.mark.parametrize("launch_type", ["fargate", "ec2"])
@pytest.mark.parametrize("environment", ["dev", "prod"])
@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_a_rule_holds_everywhere(
    plans: Plans, rule: Rule, environment: str, launch_type: str
) -> None:
    assert list(rule(plans[environment, launch_type])) == []


@pytest.mark.parametrize("launch_type", ["fargate", "ec2"])
@pytest.mark.parametrize("rule", IN_PRODUCTION, ids=lambda rule: rule.__name__)
def test_a_rule_holds_in_production(plans: Plans, rule: Rule, launch_type: str) -> None:
    assert list(rule(plans["prod", launch_type])) == []


def test_the_rules_know_the_secrets_of_the_service() -> None:
    assert {"CORE_DATABASE_URL", "CORE_SECRET_KEYS", "CORE_STRIPE_WEBHOOK_SECRETS"} <= SECRETS
    assert "CORE_PUBLIC_URL" not in SECRETS
