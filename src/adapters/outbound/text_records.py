from typing import Final, override
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.name
from dns.exception import DNSException
from dns.rdtypes.txtbase import TXTBase
from dns.resolver import NXDOMAIN, NoAnswer

from core.accounts.sso import ports
from core.exceptions import Unavailable

SECONDS: Final = 5.0
PORT: Final = 53


class TextRecords(ports.TextRecords):
    """Asks the system's name servers, or the one at `server`: an address, perhaps with a port."""

    def __init__(self, server: str | None = None) -> None:
        self._resolver = _resolver_at(server) if server else None

    @override
    async def of(self, name: str) -> list[str]:
        try:
            absolute = dns.name.from_text(name)
        except (DNSException, UnicodeError):
            return []  # no name can be like that
        try:
            resolver = self._resolver or dns.asyncresolver.Resolver()
            answer = await resolver.resolve(absolute, "TXT", lifetime=SECONDS)
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError):
            raise Unavailable("No name server answers: try again later.") from None
        return [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in answer
            if isinstance(record, TXTBase)
        ]


def _resolver_at(server: str) -> dns.asyncresolver.Resolver:
    at = urlsplit(f"//{server}")
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [at.hostname or ""], at.port or PORT
    return resolver
