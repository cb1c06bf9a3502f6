"""How messages are signed: https://github.com/standard-webhooks/standard-webhooks."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from core.models import Event
from core.ports import SecretBox
from core.webhooks.models import Delivery, Endpoint, Message, Secrets

PREFIX: Final = "whsec_"
NAMESPACE: Final = UUID("6f2f2c1e-6f0b-5d0e-9a3c-3f3a6a1c7d11")


def new_secret(random: Callable[[int], bytes]) -> str:
    """Return a secret of 256 bits, spelled as receivers' libraries expect it."""
    return PREFIX + b64encode(random(32)).decode()


def boxed(secrets: Secrets, box: SecretBox) -> bytes:
    return box.encrypt(secrets.model_dump_json().encode())


def unboxed(endpoint: Endpoint, box: SecretBox) -> Secrets:
    return Secrets.model_validate_json(box.decrypt(endpoint.secrets_box))


def message_id(event: Event) -> UUID:
    """Return the same id for the same event, however often it is told."""
    return uuid5(NAMESPACE, f"{event.topic}\n{event.model_dump_json()}")


def payload(event: Event) -> dict[str, object]:
    told = event.model_dump(mode="json")
    return {"type": event.topic, "timestamp": told.pop("at"), "data": told}


def signed(delivery: Delivery, endpoint: Endpoint, secrets: Secrets, now: datetime) -> Message:
    """Return the message with a signature by each secret that counts."""
    body = json.dumps(delivery.payload, separators=(",", ":"), ensure_ascii=False).encode()
    number, at = f"msg_{delivery.message_id.hex}", str(int(now.timestamp()))
    base = f"{number}.{at}.".encode() + body
    signatures = [f"v1,{_signature(secret, base)}" for secret in secrets.at(now)]
    return Message(
        url=endpoint.url,
        headers={
            "content-type": "application/json",
            "user-agent": "core-api-webhooks/1",
            "webhook-id": number,
            "webhook-timestamp": at,
            "webhook-signature": " ".join(signatures),
        },
        body=body,
    )


def _signature(secret: str, base: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, base, "sha256")).decode()
