"""Where the service goes because somebody typed an address: sign-in providers, webhooks, DNS."""

from adapters.outbound.outsider import Outsider
from adapters.outbound.sender import Sender
from adapters.outbound.text_records import TextRecords
from adapters.outbound.transport import GuardedTransport, Refused

__all__ = ("GuardedTransport", "Outsider", "Refused", "Sender", "TextRecords")
