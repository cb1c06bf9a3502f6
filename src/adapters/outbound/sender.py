from typing import override

import httpx

from core.webhooks import ports
from core.webhooks.exceptions import DeliveryFailed
from core.webhooks.models import Message


class Sender(ports.Sender):
    """Posts messages to wherever somebody said, by a transport that goes nowhere private."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    @override
    async def send(self, message: Message) -> int:
        try:
            async with httpx.AsyncClient(transport=self._transport, trust_env=False) as client:
                answer = await client.post(
                    message.url, headers=message.headers, content=message.body
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryFailed(str(error)[:200] or "nobody answered") from error
        return answer.status_code
