import re
from typing import override

from core.mails import ports
from core.mails.models import RenderedMail
from core.models import CONTROL


class Mailer(ports.Mailer):
    """Delivers nothing: who was sent what is in `sent`, oldest first."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, RenderedMail]] = []

    @override
    async def send(self, to: str, mail: RenderedMail) -> None:
        if re.search(f"[{CONTROL}]", to + mail.subject):
            raise ValueError("An address and a subject are one line, without control characters.")
        self.sent.append((to, mail))
