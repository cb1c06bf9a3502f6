"""What every adapter of the mailer port must do. Bound in tests/unit and tests/integration."""

from collections.abc import Callable
from email import message_from_bytes, policy

import pytest

from core.mails import ports
from core.mails.models import RenderedMail

type Arrived = tuple[str, RenderedMail]
type Inbox = Callable[[], list[Arrived]]
"""Reads back who was sent what, oldest first."""

LINK = f"https://app.example.com/verify-email?token={'Ab-_9' * 180}"


def mail(**fields: str) -> RenderedMail:
    defaults = {
        "subject": "Confirm your email address",
        "text": f"Please confirm:\n{LINK}\n",
        "html": f'<p>Please <a href="{LINK}">confirm</a>.</p>\n',
    }
    return RenderedMail.model_validate(defaults | fields)


def parse(raw: bytes) -> Arrived:
    """Read a message as mail programs do."""
    message = message_from_bytes(raw, policy=policy.default)
    parts = [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    return message["To"], RenderedMail(subject=message["Subject"], text=parts[0], html=parts[1])


class MailerContract:
    async def test_delivers_the_whole_mail(self, mailer: ports.Mailer, inbox: Inbox) -> None:
        await mailer.send("ada@example.com", mail())

        assert inbox() == [("ada@example.com", mail())]

    async def test_keeps_umlauts_and_emojis(self, mailer: ports.Mailer, inbox: Inbox) -> None:
        german = mail(
            subject="Bestätigen Sie Ihre Adresse für Müller & Söhne, und zwar möglichst bald 🎉",
            text=f"Schöne Grüße 🎉\n\n{LINK}\n",
            html=f"<p>Schöne Grüße 🎉 {LINK}</p>\n",
        )

        await mailer.send("ada@example.com", german)

        assert inbox() == [("ada@example.com", german)]

    @pytest.mark.parametrize(
        "subject",
        [
            "A" * 200,
            " ".join(["Überraschung"] * 20),
            "Sie sind nicht mehr Mitglied von Müller 00¡¡¡𐀀 0 00¡¡¡¡¡¡¡¡¡ 0000 ¡ ¡",
            "=?utf-8?q?Hello=0ABcc:_eve@example.com?=",
        ],
    )
    async def test_keeps_every_subject(
        self, mailer: ports.Mailer, inbox: Inbox, subject: str
    ) -> None:
        await mailer.send("ada@example.com", mail(subject=subject))

        assert [arrived.subject for _, arrived in inbox()] == [subject]

    async def test_keeps_lines_no_server_has_to_take(
        self, mailer: ports.Mailer, inbox: Inbox
    ) -> None:
        endless = mail(text=f"{LINK * 3}\n", html=f"<p>{'ä' * 999}</p>\n")

        await mailer.send("ada@example.com", endless)

        assert inbox() == [("ada@example.com", endless)]

    async def test_keeps_lines_that_mean_something_to_mail_programs(
        self, mailer: ports.Mailer, inbox: Inbox
    ) -> None:
        dotted = mail(text=".\n..\nFrom me\n--x\n\n-- \nCore\n")

        await mailer.send("ada@example.com", dotted)

        assert inbox() == [("ada@example.com", dotted)]

    async def test_delivers_a_mail_as_often_as_it_is_sent(
        self, mailer: ports.Mailer, inbox: Inbox
    ) -> None:
        for to in ("ada@example.com", "bob@example.com", "bob@example.com"):
            await mailer.send(to, mail())

        assert [to for to, _ in inbox()] == [
            "ada@example.com",
            "bob@example.com",
            "bob@example.com",
        ]

    @pytest.mark.parametrize(
        "subject",
        [
            "Hello\r\nBcc: eve@example.com",
            "Hello\nBcc: eve@example.com",
            "Hello\r",
            "Hello\n",
            "\0",
        ],
    )
    async def test_refuses_a_subject_of_more_than_a_line(
        self, mailer: ports.Mailer, inbox: Inbox, subject: str
    ) -> None:
        with pytest.raises(ValueError, match="line"):
            await mailer.send("ada@example.com", mail(subject=subject))

        assert inbox() == []

    async def test_refuses_an_address_of_two_lines(
        self, mailer: ports.Mailer, inbox: Inbox
    ) -> None:
        with pytest.raises(ValueError, match="line"):
            await mailer.send("ada@example.com\r\nBcc: eve@example.com", mail())

        assert inbox() == []
