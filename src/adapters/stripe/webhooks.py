import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, override

from core.billing import constants, ports
from core.billing.exceptions import InvalidEvent, InvalidSignature
from core.billing.models import ProviderEvent

SCHEME: Final = b"v1"
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class WebhookVerifier(ports.WebhookVerifier):
    """Stripe's signatures, over bytes (https://docs.stripe.com/webhooks#verify-manually).

    The library's own check accepts times that have not come yet and fails, not refuses, over bytes
    that are no text; here whatever is not exactly a signed event is refused.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets if secret]

    @property
    @override
    def enabled(self) -> bool:
        return bool(self._secrets)

    @override
    def verified(self, body: bytes, signature: str | None, now: datetime) -> ProviderEvent:
        at, given = _parts((signature or "").encode("utf-8", "replace"))
        if at is None or abs(now.timestamp() - int(at)) > constants.SIGNATURE_TOLERANCE.seconds:
            raise InvalidSignature
        expected = [
            hmac.digest(secret, at + b"." + body, "sha256").hex().encode()
            for secret in self._secrets
        ]
        # Every pair is compared, so that the time it takes tells nothing.
        matches = [hmac.compare_digest(one, other) for one in expected for other in given]
        if not any(matches):
            raise InvalidSignature
        return event_of(_read(body))


def _parts(header: bytes) -> tuple[bytes | None, list[bytes]]:
    """Return the time as it was signed, and the signatures of the scheme that we know."""
    pairs = [part.strip().partition(b"=") for part in header.split(b",")]
    times = [value for name, _, value in pairs if name == b"t"]
    signatures = [value for name, _, value in pairs if name == SCHEME]
    plain = len(times) == 1 and times[0].isdigit() and len(times[0]) <= len(str(int(LATEST)))
    return (times[0] if plain else None), signatures[:10]


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidEvent from None


def event_of(told: Any) -> ProviderEvent:
    """Return an event as it stands in a webhook, or in a list; raise InvalidEvent."""
    try:
        if not isinstance(told, dict) or told.get("object") != "event":
            raise InvalidEvent("It is no event of API v1.")
        thing = told["data"]["object"]
        return ProviderEvent(
            id=_text(told["id"]),
            type=_text(told["type"]),
            created_at=datetime.fromtimestamp(told["created"], UTC),
            live=told["livemode"],
            customer_id=next(_customers(thing), None),
            object_id=_optional(thing.get("id")),
            payload=told,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise InvalidEvent from None


def _customers(thing: dict[str, Any]) -> Iterator[str]:
    """Yield whom an object is about: it may be the customer, name one, or hold one."""
    if thing.get("object") == "customer":
        yield _text(thing["id"])
    customer = thing.get("customer")
    if isinstance(customer, str):
        yield _text(customer)
    elif isinstance(customer, dict):
        yield _text(customer["id"])


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > 255 or not value.isprintable():  # noqa: PLR2004 - as Stripe's ids
        raise InvalidEvent
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)
