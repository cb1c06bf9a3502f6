from collections.abc import AsyncIterator, Mapping
from typing import Final, override

import httpx

from core.storage import exceptions, ports
from core.storage.models import Reply

SECONDS: Final = 15.0


class Outsider(ports.Outsider):
    """A client without any rights. It goes where the operator's own settings lead."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    @override
    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        chunked: bool = False,
    ) -> Reply:
        content = _pieces(body) if chunked and body is not None else body
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=SECONDS) as client:
                answer = await client.request(method, url, headers=dict(headers), content=content)
        except httpx.TransportError as error:
            place = httpx.URL(url).netloc.decode()
            raise exceptions.StoreUnavailable(f"Nobody answers at {place}: {error}") from error
        return Reply(status=answer.status_code, headers=dict(answer.headers))


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body
