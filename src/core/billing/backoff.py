"""When an event that could not be acted on is taken up again."""

import random
from datetime import datetime

from core.billing import constants
from core.billing.models import InboxEvent


def put_off(event: InboxEvent, code: str, now: datetime) -> InboxEvent:
    """Return it for later: longer each time, at random so that many do not come back at once.

    After days it is dead, and after minutes if nobody knows the customer: one whose checkout is
    still being written comes to be known soon, or never.
    """
    unknown = code == "unknown_customer"
    patience = constants.UNKNOWN_CUSTOMER_FOR if unknown else constants.RETRY_FOR
    if now - event.received_at > patience:
        return event.evolve(status="dead", error=code, processed_at=now)
    longest = min(constants.RETRY_FIRST * 2 ** min(event.attempts, 20), constants.RETRY_MOST)
    pause = longest * random.uniform(0.5, 1)  # noqa: S311 - no secret
    return event.evolve(attempts=event.attempts + 1, due_at=now + pause, error=code)
