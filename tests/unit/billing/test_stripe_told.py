"""Words of Stripe's that nobody has heard yet are no reason to fail."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe import bills, subscribed, told
from tests.stripe.specification import blank

words = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
strange = st.dictionaries(words.map(lambda word: f"x_{word}"), JSON, max_size=5)


def item(**about: Any) -> dict[str, Any]:
    price = blank("price") | {"id": "price_1", "currency": "eur"}
    return blank("subscription_item") | {"id": "si_1", "price": price} | about


def subscription(**about: Any) -> dict[str, Any]:
    known = {"id": "sub_1", "customer": "cus_1", "currency": "eur", "status": "active"}
    return blank("subscription") | known | about


@given(status=words, more=strange)
def test_a_status_that_is_new_is_unknown(status: str, more: dict[str, Any]) -> None:
    told_ = subscribed.Subscription.model_validate(more | subscription(status=f"new_{status}"))
    assert told_.ours().status == "unknown"

    invoice = blank("invoice") | {"id": "in_1", "currency": "eur", "status": f"new_{status}"}
    assert bills.Invoice.model_validate(more | invoice).ours().status == "unknown"

    page = blank("checkout.session") | {"id": "cs_1", "status": f"new_{status}"}
    assert told.Checkout.model_validate(more | page).ours().status == "expired"

    refund = blank("refund") | {"id": "re_1", "currency": "eur", "status": f"new_{status}"}
    assert bills.Refund.model_validate(more | refund).ours(None).status == "unknown"


@given(word=words)
def test_a_pause_of_a_new_kind_forgets_nothing(word: str) -> None:
    paused = subscription(pause_collection={"behavior": f"new_{word}", "resumes_at": None})

    pause = subscribed.Subscription.model_validate(paused).ours().pause

    assert pause is not None
    assert pause.behavior == "keep_as_draft"


@given(interval=words, metadata=st.dictionaries(words, words, max_size=3))
def test_a_price_that_we_can_not_read_is_not_sold(interval: str, metadata: dict[str, str]) -> None:
    price = blank("price") | {
        "id": "price_1",
        "currency": "eur",
        "lookup_key": "a",
        "unit_amount": 5,
        "metadata": metadata,
        "recurring": blank("recurring") | {"interval": f"new_{interval}"},
    }
    assert told.Price.model_validate(price).ours() is None


RECURRING = {"interval": "year", "interval_count": 2}


@pytest.mark.parametrize(
    ("about", "amount"),
    [
        ({"unit_amount": 500, "unit_amount_decimal": "500"}, 500),
        ({"unit_amount": 500}, 500),
        ({"unit_amount": None, "unit_amount_decimal": "0.25"}, Decimal("0.25")),
        ({"unit_amount": None, "unit_amount_decimal": None, "billing_scheme": "tiered"}, None),
        ({"unit_amount": 500, "transform_quantity": {"divide_by": 10, "round": "up"}}, None),
        ({"unit_amount": 500, "recurring": {"interval": "century", "interval_count": 1}}, None),
        ({"unit_amount": 500, "recurring": None}, None),
    ],
)
def test_what_a_piece_costs_is_read_where_there_is_such_a_thing(
    about: dict[str, Any], amount: Decimal | None
) -> None:
    price = blank("price") | {"id": "price_1", "currency": "eur", "recurring": RECURRING} | about

    found = subscribed.Item.model_validate(item(price=price)).ours().rate

    assert (found and found.amount) == amount
    if found is not None:
        assert (found.currency, found.interval, found.interval_count) == ("eur", "year", 2)


def test_what_is_there_whole_or_as_an_id_is_read_alike() -> None:
    for customer in ("cus_1", {"id": "cus_1", "object": "customer"}):
        told_ = subscribed.Subscription.model_validate(subscription(customer=customer))
        assert told_.customer == "cus_1"
    method = blank("payment_method") | {"id": "pm_1", "type": "sepa_debit"}
    whole = subscribed.Subscription.model_validate(
        subscription(default_payment_method=method)
    ).ours()
    bare = subscribed.Subscription.model_validate(
        subscription(default_payment_method="pm_1")
    ).ours()
    assert whole.payment_method is not None
    assert (whole.payment_method.type, whole.payment_method.last4) == ("sepa_debit", None)
    assert bare.payment_method is None


def test_metadata_that_somebody_wrote_by_hand_names_nobody() -> None:
    for wrong in ({}, {"core_organization_id": "engines"}, {"core_command_id": "1"}):
        about = {"id": "cus_1", "metadata": wrong | {"core_environment": "development"}}
        customer = told.Customer.model_validate(blank("customer") | about)
        assert customer.ours("development").organization_id is None
        assert customer.command_id is None


def test_a_subscription_without_anything_that_goes_by_quantity_has_no_plan() -> None:
    metered = subscribed.Subscription.model_validate(
        subscription(items={"data": [item(quantity=None)]})
    ).ours()

    assert (metered.main, metered.lookup_key, metered.period_end) == (None, None, None)
