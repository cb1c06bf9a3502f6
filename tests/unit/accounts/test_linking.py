"""Whose account an identity is: every row of the table, and what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.sso import exceptions, linking
from core.accounts.sso.linking import Facts

FACTS = st.builds(Facts)


def facts(text: str) -> Facts:
    """Read facts as the table writes them: words for what holds."""
    words = text.split()
    local = next((word for word in ("verified", "unverified") if word in words), "none")
    return Facts.model_validate(
        {name: name in words for name in ("known", "email", "trusted", "tenant", "jit")}
        | {"local": local}
    )


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("known", "log_in"),
        ("known email trusted verified", "log_in"),
        ("known email unverified tenant", "log_in"),
        ("jit", exceptions.SsoEmailMissing),
        ("tenant jit trusted", exceptions.SsoEmailMissing),
        ("email tenant jit", exceptions.SsoEmailUntrusted),
        ("email jit", "create_unverified"),
        ("email", exceptions.SsoSignupDisabled),
        ("email verified jit", exceptions.IdentityLinkRequired),
        ("email unverified jit tenant", exceptions.IdentityLinkRequired),
        ("email trusted jit", "create_verified"),
        ("email trusted tenant jit", "create_verified"),
        ("email trusted tenant", exceptions.SsoSignupDisabled),
        ("email trusted verified", "link"),
        ("email trusted verified tenant jit", "link"),
        ("email trusted unverified", "claim"),
    ],
)
def test_the_table(given_: str, expected: object) -> None:
    assert linking.decide(facts(given_)) == expected


@given(FACTS)
def test_an_account_is_never_entered_by_an_address_that_is_not_believed(given_: Facts) -> None:
    if not given_.known and not (given_.trusted and given_.email):
        assert linking.decide(given_) not in {"log_in", "link", "claim", "create_verified"}


@given(FACTS)
def test_nobody_is_created_where_newcomers_are_not_welcome_or_somebody_is(given_: Facts) -> None:
    made = linking.decide(given_) in {"create_verified", "create_unverified"}

    assert not made or (given_.jit and given_.local == "none" and not given_.known)


@given(FACTS)
def test_a_tenants_provider_never_makes_an_account_that_nobody_proved(given_: Facts) -> None:
    assert not (given_.tenant and linking.decide(given_) == "create_unverified")


@given(FACTS)
def test_who_is_known_signs_in_whatever_else_is_told(given_: Facts) -> None:
    assert (linking.decide(given_) == "log_in") is given_.known


@given(FACTS)
def test_an_unproven_account_is_claimed_and_never_simply_linked(given_: Facts) -> None:
    if given_.local == "unverified":
        assert linking.decide(given_) != "link"
