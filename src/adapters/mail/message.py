import re
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import Policy
from email.utils import parseaddr
from uuid import UUID

import idna

from core.mails.models import RenderedMail
from core.models import CONTROL

LONGEST_LINE = 998
"""In octets, without its end (RFC 5322 2.1.1)."""

SHORT_SUBJECT = 78 - len("Subject: ")
"""What needs no folding (RFC 5322 2.1.1)."""


def mailbox(text: str) -> Address:
    """Read `Name <address>` or a bare address; raise ValueError for anything else."""
    name, address = parseaddr(text)
    try:
        return Address(name, addr_spec=_with_ascii_domain(address))
    except (MessageError, ValueError) as error:
        raise ValueError("This is not the address of a sender.") from error


def build_message(
    mail: RenderedMail, *, sender: Address, to: str, sent_at: datetime, message_id: UUID
) -> EmailMessage:
    """Return the mail as text and HTML, to exactly one address.

    Raise ValueError if `to` is not one, or if it or the subject is more than one line.
    """
    recipient = _with_ascii_domain(to)
    message = EmailMessage(policy=policy.SMTP if recipient.isascii() else policy.SMTPUTF8)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = Subject(mail.subject)
    message["Date"] = sent_at
    message["Message-ID"] = f"<{message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if "@" not in recipient or [one.addr_spec for one in message["To"].addresses] != [recipient]:
        raise ValueError("A mail goes to one address.")
    message.set_content(mail.text, cte=_encoding(mail.text))
    message.add_alternative(mail.html, subtype="html", cte=_encoding(mail.html))
    return message


class Subject(str):
    """A header that arrives as it was: Python 3.13's own adds spaces where it is folded."""

    __slots__ = ()

    name = "Subject"

    def __new__(cls, words: str) -> "Subject":
        if re.search(f"[{CONTROL}]", words):
            raise ValueError("A subject is one line, without control characters.")
        return super().__new__(cls, words)

    def fold(self, *, policy: Policy) -> str:
        encoded = Header(str(self), "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        words = self if self._fits_as_it_is() else encoded
        return f"{self.name}: {words}{policy.linesep}"

    def _fits_as_it_is(self) -> bool:
        return self.isascii() and "=?" not in self and len(self) <= SHORT_SUBJECT


def _with_ascii_domain(address: str) -> str:
    """Spell the domain as DNS does; IDNA 2008, for the older one in Python mistakes ß for ss."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else local + at + idna.encode(domain, uts46=True).decode()


def _encoding(content: str) -> str:
    """Leave lines whole, so that grep finds links; fold only what no server has to take."""
    if max(map(len, content.encode().splitlines()), default=0) > LONGEST_LINE:
        return "quoted-printable"
    return "7bit" if content.isascii() else "8bit"
