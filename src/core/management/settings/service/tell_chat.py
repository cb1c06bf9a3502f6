from typing import Final

from pydantic_core import from_json, to_json

from core.exceptions import Unavailable
from core.management.settings import policies, ports
from core.management.settings.definitions import BY_KEY
from core.models import Actor
from core.ports import SecretBox
from core.service import UseCase
from core.stats.events import AlertFired, AlertResolved
from core.webhooks.models import Message
from core.webhooks.ports import Sender

CHAT_URL: Final = BY_KEY["alerts.chat_url"]
TOO_MANY: Final = 429
BROKEN: Final = 500


class TellChat(UseCase):
    """Tell an organization's chat that an alert fires, or is over."""

    kept_settings: ports.KeptSettings
    secret_box: SecretBox
    sender: Sender

    async def __call__(self, event: AlertFired | AlertResolved, actor: Actor) -> None:
        found = await self.kept_settings.layers(event.organization_id)
        url, _ = policies.holding(CHAT_URL, found)
        if url is None or url.box is None:
            return
        so = "" if isinstance(event, AlertFired) else ", which is as it may be"
        text = f"{event.title}: {event.meter} is at {event.value}{so}."
        message = Message(
            url=from_json(self.secret_box.decrypt(url.box)),
            headers={"Content-Type": "application/json"},
            body=to_json({"text": text}),
        )
        status = await self.sender.send(message)
        if status == TOO_MANY or status >= BROKEN:
            raise Unavailable(f"The chat answered {status}.")
