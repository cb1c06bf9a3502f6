"""How bytes become requests: as the server does it, but what is refused there is a problem too."""

import logging
from http import HTTPStatus
from os import urandom
from typing import Any, Final, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.telemetry import request_id
from entrypoints.http import problems

HEAD_LIMIT: Final = 64 * 1024
"""Bytes of a request line and headers. The parser has no limit, and long ones make it slow."""

_log = logging.getLogger("core_api.http")


class Protocol(HttpToolsProtocol):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head = 0  # bytes since a request began or a part of its body came

    @override
    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_LIMIT and not self.transport.is_closing():
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"Send at most {HEAD_LIMIT} bytes of headers.",
            )

    @override
    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    @override
    def on_body(self, body: bytes) -> None:
        self._head = 0
        super().on_body(body)

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer what never became a request, and hang up."""
        identity = urandom(16).hex()
        token = request_id.set(identity)
        _log.warning("refused what is no request: %s", detail)
        request_id.reset(token)
        cycle: Any = self.cycle  # None before the first request
        if cycle is None or cycle.response_complete or not cycle.response_started:
            body = problems.document(
                status,
                status.name.lower(),
                f"{status.phrase}.",
                instance="/",
                request_id=identity,
                detail=detail,
            )
            head = (
                f"HTTP/1.1 {status} {status.phrase}\r\n"
                f"content-type: {problems.MEDIA_TYPE}\r\n"
                f"content-length: {len(body)}\r\n"
                f"x-request-id: {identity}\r\n"
                "cache-control: no-store\r\n"
                "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()
