import asyncio
import os
from pathlib import Path
from typing import override

from adapters.mail.message import build_message, mailbox
from core.exceptions import Unavailable
from core.mails import ports
from core.mails.models import RenderedMail
from core.ports import Clock, Ids


class FileMailer(ports.Mailer):
    """Leaves each mail in a folder, as `.eml`: their names sort by time.

    The folder is for its owner alone, since a mail's link is a secret.
    """

    def __init__(self, folder: Path, sender: str, clock: Clock, ids: Ids) -> None:
        self._folder = folder
        self._sender = mailbox(sender)
        self._clock = clock
        self._ids = ids

    @override
    async def send(self, to: str, mail: RenderedMail) -> None:
        now, message_id = self._clock.now(), self._ids.new()
        message = build_message(
            mail, sender=self._sender, to=to, sent_at=now, message_id=message_id
        )
        path = self._folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{message_id}.eml"
        try:
            await asyncio.to_thread(self._write, path, message.as_bytes())
        except OSError as error:
            raise Unavailable(f"The mail can't be written: {error.strerror}.") from error

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Write it whole or not at all: whoever looks for `*.eml` never sees half a mail."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        try:
            with open(draft, "xb", opener=_private) as file:
                file.write(content)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
