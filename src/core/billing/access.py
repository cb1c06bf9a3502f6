"""Whether a subscription grants what it is for: decided when asked, from times that are known."""

from datetime import datetime

from core.billing.config import BillingConfig
from core.billing.models import Mirrored
from core.models import Model

ENDED = frozenset({"incomplete", "incomplete_expired", "canceled", "unknown"})


class Access(Model):
    """`reason` says why, or why not; `until` when that ends by itself, if that is known."""

    granted: bool
    reason: str
    until: datetime | None = None


def access(mirrored: Mirrored, now: datetime, config: BillingConfig) -> Access:
    """Decide for one subscription. It ends on time though no news of that ever came."""
    told = _by_status(mirrored, now, config)
    ends_at = mirrored.subscription.ends_at
    if not told.granted or ends_at is None:
        return told
    if ends_at <= now:
        return Access(granted=False, reason="canceled")
    until = min(ends_at, told.until) if told.until else ends_at
    return told.model_copy(update={"until": until})


def _by_status(mirrored: Mirrored, now: datetime, config: BillingConfig) -> Access:
    subscription = mirrored.subscription
    match subscription.status:
        case "trialing":
            until = subscription.trial_end
            return Access(granted=until is None or now < until, reason="trialing", until=until)
        case "active":
            return _while_paid(mirrored, now, config)
        case "past_due":
            since = mirrored.past_due_since or mirrored.fetched_at
            until = since + config.grace
            return Access(
                granted=now < until, reason="grace" if now < until else "past_due", until=until
            )
        case "unpaid":
            return Access(granted=not config.unpaid_blocks, reason="unpaid")
        case status:
            return Access(granted=False, reason=status)


def _while_paid(mirrored: Mirrored, now: datetime, config: BillingConfig) -> Access:
    """A pause that voids invoices ends it once the period that was paid for is over."""
    pause, end = mirrored.subscription.pause, mirrored.subscription.period_end
    if pause is None or pause.behavior != "void" or not config.pause_blocks or end is None:
        return Access(granted=True, reason="active")
    resumed = pause.resumes_at is not None and pause.resumes_at <= now
    if resumed or now < end:
        return Access(granted=True, reason="active", until=None if resumed else end)
    return Access(granted=False, reason="paused", until=pause.resumes_at)
