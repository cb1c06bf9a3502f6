"""A name server of the tests' own, in a thread."""

import socketserver
from threading import Thread
from types import TracebackType
from typing import Self, override

import dns.message
import dns.rdatatype
import dns.rrset


class NameServer:
    """Answers with the TXT `records` it is given, by name."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self._server = _Server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.UDPServer):
    def __init__(self, names: NameServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.names = names


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    @override
    def handle(self) -> None:
        data, socket = self.request
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        if said := self.server.names.records.get(str(name).rstrip(".")):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{said}"'))
        socket.sendto(answer.to_wire(), self.client_address)
