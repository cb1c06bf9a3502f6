"""Whether a subscription grants what it is for, at any moment."""

from datetime import timedelta
from typing import Any

import pytest

from core.billing.access import access
from core.billing.config import BillingConfig
from core.billing.models import Item, Mirrored, Pause
from core.models import OrganizationId
from tests.contracts.billing import subscription
from tests.factories import NOW, organization

DAY = timedelta(days=1)
MONTH = 30 * DAY
ITEM = Item(id="si_1", price_id="price_1", period_start=NOW, period_end=NOW + MONTH)


def mirrored(since: timedelta | None = None, **fields: Any) -> Mirrored:
    return Mirrored(
        organization_id=OrganizationId(organization().id),
        subscription=subscription(items=(ITEM,), **fields),
        past_due_since=None if since is None else NOW + since,
        fetched_at=NOW,
    )


@pytest.mark.parametrize(
    ("told", "after", "granted", "reason", "until"),
    [
        (mirrored(), DAY, True, "active", None),
        (mirrored(), 99 * DAY, True, "active", None),  # renewals that nobody told us of yet
        (mirrored(status="trialing", trial_end=NOW + DAY), 0 * DAY, True, "trialing", DAY),
        (mirrored(status="trialing", trial_end=NOW + DAY), DAY, False, "trialing", DAY),
        (mirrored(0 * DAY, status="past_due"), 6 * DAY, True, "grace", 7 * DAY),
        (mirrored(0 * DAY, status="past_due"), 7 * DAY, False, "past_due", 7 * DAY),
        (mirrored(status="past_due"), DAY, True, "grace", 7 * DAY),
        (mirrored(status="unpaid"), DAY, False, "unpaid", None),
        (mirrored(status="incomplete"), DAY, False, "incomplete", None),
        (mirrored(status="incomplete_expired"), DAY, False, "incomplete_expired", None),
        (mirrored(status="canceled"), DAY, False, "canceled", None),
        (mirrored(status="paused"), DAY, False, "paused", None),
        (mirrored(status="unknown"), DAY, False, "unknown", None),
        (mirrored(cancel_at=NOW + DAY), 0 * DAY, True, "active", DAY),
        (mirrored(cancel_at=NOW + DAY), DAY, False, "canceled", None),
        (mirrored(cancel_at_period_end=True), DAY, True, "active", MONTH),
        (mirrored(cancel_at_period_end=True), MONTH, False, "canceled", None),
        (
            mirrored(status="trialing", trial_end=NOW + 9 * DAY, cancel_at=NOW + DAY),
            *(0 * DAY, True, "trialing", DAY),
        ),
        (
            mirrored(0 * DAY, status="past_due", cancel_at=NOW + 2 * DAY),
            *(DAY, True, "grace", 2 * DAY),
        ),
        (mirrored(pause=Pause(behavior="void")), DAY, True, "active", MONTH),
        (mirrored(pause=Pause(behavior="void")), MONTH, False, "paused", None),
        (mirrored(pause=Pause(behavior="keep_as_draft")), 99 * DAY, True, "active", None),
        (
            mirrored(pause=Pause(behavior="void", resumes_at=NOW + 40 * DAY)),
            *(39 * DAY, False, "paused", 40 * DAY),
        ),
        (
            mirrored(pause=Pause(behavior="void", resumes_at=NOW + 40 * DAY)),
            *(40 * DAY, True, "active", None),
        ),
    ],
)
def test_access_is_decided_when_it_is_asked_for(
    told: Mirrored, after: timedelta, *, granted: bool, reason: str, until: timedelta | None
) -> None:
    found = access(told, NOW + after, BillingConfig())

    assert (found.granted, found.reason) == (granted, reason)
    assert found.until == (None if until is None else NOW + until)


def test_an_installation_may_be_lenient() -> None:
    lenient = BillingConfig(unpaid_blocks=False, pause_blocks=False, grace=0 * DAY)

    assert access(mirrored(status="unpaid"), NOW, lenient).granted
    assert access(mirrored(pause=Pause(behavior="void")), NOW + MONTH, lenient).granted
    assert not access(mirrored(0 * DAY, status="past_due"), NOW, lenient).granted
