import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from typing import override
from urllib.parse import quote
from uuid import UUID

import pytest

from adapters.mail import FileMailer, mailer_from_url
from core import ports as kernel
from core.exceptions import Unavailable
from core.mails import ports
from core.mails.exceptions import MailRefused
from tests.contracts.mailer import LINK, Inbox, MailerContract, mail, parse
from tests.integration.sink import PASSWORD, USER, Sink, listening, make_certificate, server_side

SENDER = "Core Überall <no-reply@straße.example.com>"
SIGN_IN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"


class StoppedClock(kernel.Clock):
    @override
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 21, 48, tzinfo=UTC)


class CountingIds(kernel.Ids):
    def __init__(self) -> None:
        self._numbers = count(1)

    @override
    def new(self) -> UUID:
        return UUID(int=next(self._numbers))


def mailer_at(url: str, folder: Path = Path("unused")) -> ports.Mailer:
    return mailer_from_url(
        url, sender=SENDER, folder=folder, clock=StoppedClock(), ids=CountingIds()
    )


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def inbox(sink: Sink) -> Inbox:
    return lambda: [parse(raw) for raw in sink.arrived]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture
async def starttls_port(sink: Sink, certificate: Path) -> AsyncIterator[int]:
    tls = server_side(certificate)
    async with listening(lambda: sink.guarded(tls)) as port:
        yield port


@pytest.fixture
async def smtps_port(sink: Sink, certificate: Path) -> AsyncIterator[int]:
    async with listening(sink.open, server_side(certificate)) as port:
        yield port


@pytest.fixture
async def plain_port(sink: Sink) -> AsyncIterator[int]:
    async with listening(sink.open) as port:
        yield port


class TestFileMailer(MailerContract):
    """The folder keeps the contract."""

    @pytest.fixture
    def mailer(self, tmp_path: Path) -> ports.Mailer:
        return mailer_at("file:", tmp_path / "mails")

    @pytest.fixture
    def inbox(self, tmp_path: Path) -> Inbox:
        return lambda: [parse(file.read_bytes()) for file in sorted((tmp_path / "mails").glob("*"))]


class TestSmtpMailerWithStartTls(MailerContract):
    """A server that wants STARTTLS and a password keeps the contract."""

    @pytest.fixture
    def mailer(self, starttls_port: int, certificate: Path) -> ports.Mailer:
        return mailer_at(f"smtp+starttls://{SIGN_IN}127.0.0.1:{starttls_port}?ca={certificate}")


class TestSmtpMailerWithTls(MailerContract):
    """So does one that speaks TLS from the first byte."""

    @pytest.fixture
    def mailer(self, smtps_port: int, certificate: Path) -> ports.Mailer:
        return mailer_at(f"smtps://127.0.0.1:{smtps_port}?ca={certificate}")


class TestSmtpMailerInTheClear(MailerContract):
    """So does one from before 8-bit mails."""

    @pytest.fixture
    def mailer(self, sink: Sink, plain_port: int) -> ports.Mailer:
        sink.lacks = "8BITMIME"
        return mailer_at(f"smtp://127.0.0.1:{plain_port}")


async def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    await mailer_at("file:", tmp_path / "mails").send("ada@example.com", mail())

    [file] = files_in(tmp_path / "mails")
    assert file.name == "20261122T214800.000000Z-00000000-0000-0000-0000-000000000001.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("words", ["Please confirm", "Bestätigen Sie"])
async def test_grep_finds_whole_links_and_words_in_a_file(tmp_path: Path, words: str) -> None:
    text = f"{words}\n{LINK}\n"

    await mailer_at("file:", tmp_path).send("ada@example.com", mail(text=text))

    lines = files_in(tmp_path)[0].read_text(encoding="utf-8").splitlines()
    assert LINK in lines
    assert words in lines


async def test_a_file_names_who_when_and_that_nobody_should_answer(tmp_path: Path) -> None:
    await mailer_at(f"file://{tmp_path}/else%20where").send("ada@straße.example.com", mail())

    raw = files_in(tmp_path / "else where")[0].read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    domain = "xn--strae-oqa.example.com"
    assert message["From"] == f"Core Überall <no-reply@{domain}>"
    assert message["To"] == f"ada@{domain}"
    assert message["Date"].datetime == StoppedClock().now()
    assert message["Message-ID"] == f"<00000000-0000-0000-0000-000000000001@{domain}>"
    assert message["Auto-Submitted"] == "auto-generated"


async def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file stands in the way")

    with pytest.raises(Unavailable, match="can't be written"):
        await mailer_at("file:", tmp_path / "mails").send("ada@example.com", mail())


async def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(Unavailable, match="No space left"):
        await mailer_at("file:", tmp_path).send("ada@example.com", mail())

    assert files_in(tmp_path) == []


@pytest.mark.parametrize("to", ["ada@example.com, eve@example.com", "Ada <ada@example.com>", "ada"])
async def test_a_mail_goes_to_one_address(tmp_path: Path, to: str) -> None:
    with pytest.raises(ValueError, match="one address"):
        await mailer_at("file:", tmp_path).send(to, mail())


async def test_an_address_beyond_ascii_is_reached(
    sink: Sink, starttls_port: int, certificate: Path
) -> None:
    url = f"smtp+starttls://{SIGN_IN}127.0.0.1:{starttls_port}?ca={certificate}"

    await mailer_at(url).send("jürgen@example.com", mail())

    assert "To: jürgen@example.com" in sink.arrived[0].decode().splitlines()


async def test_an_address_beyond_ascii_is_refused_by_old_servers(plain_port: int) -> None:
    with pytest.raises(MailRefused):
        await mailer_at(f"smtp://127.0.0.1:{plain_port}").send("jürgen@example.com", mail())


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_what_may_pass_is_tried_again(sink: Sink, plain_port: int, step: str) -> None:
    sink.answers[step] = "451 4.7.1 ada@example.com is greylisted"

    with pytest.raises(Unavailable, match=r"answered 451 4\.7\.1\.$"):
        await mailer_at(f"smtp://127.0.0.1:{plain_port}").send("ada@example.com", mail())


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_a_refusal_is_final_and_names_nobody(
    sink: Sink, plain_port: int, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    sink.answers[step] = "550 5.1.1 <ada@example.com> is unknown here"
    caplog.set_level(logging.INFO, "adapters")

    with pytest.raises(MailRefused, match=r"answered 550 5\.1\.1\.$"):
        await mailer_at(f"smtp://127.0.0.1:{plain_port}").send("ada@example.com", mail())

    ours = [record for record in caplog.records if record.name.startswith("adapters")]
    assert [record.getMessage() for record in ours] == [
        "A mail was not taken: The mail server answered 550 5.1.1."
    ]


async def test_a_server_that_is_down_is_tried_again(unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable, match="can't be used"):
        await mailer_at(f"smtp://127.0.0.1:{unused_tcp_port}").send("ada@example.com", mail())


async def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.mail.smtp.TIMEOUT", 0.05)

    async with listening(asyncio.Protocol) as port:
        with pytest.raises(Unavailable, match="Timed out"):
            await mailer_at(f"smtp://127.0.0.1:{port}").send("ada@example.com", mail())


async def test_a_wrong_password_is_tried_again(starttls_port: int, certificate: Path) -> None:
    url = f"smtp+starttls://core:wrong@127.0.0.1:{starttls_port}?ca={certificate}"

    with pytest.raises(Unavailable, match=r"does not let us sign in: 535 5\.7\.8\.$"):
        await mailer_at(url).send("ada@example.com", mail())


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_an_unknown_certificate_is_not_trusted(
    sink: Sink, starttls_port: int, smtps_port: int, scheme: str
) -> None:
    port = smtps_port if scheme == "smtps" else starttls_port

    with pytest.raises(Unavailable, match="certificate is not to be trusted: self-signed"):
        await mailer_at(f"{scheme}://127.0.0.1:{port}").send("ada@example.com", mail())

    assert sink.arrived == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_a_certificate_for_another_name_is_not_trusted(
    starttls_port: int, smtps_port: int, certificate: Path, scheme: str
) -> None:
    url = f"{scheme}://localhost:{smtps_port if scheme == 'smtps' else starttls_port}"

    with pytest.raises(Unavailable, match="certificate is not to be trusted: Hostname mismatch"):
        await mailer_at(f"{url}?ca={certificate}").send("ada@example.com", mail())


async def test_a_server_without_starttls_gets_no_mail(sink: Sink, plain_port: int) -> None:
    with pytest.raises(Unavailable, match="STARTTLS"):
        await mailer_at(f"smtp+starttls://127.0.0.1:{plain_port}").send("ada@example.com", mail())

    assert sink.arrived == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "'smtp', 'smtp.starttls' or 'smtps'"),
        ("http://mail.example.com", "'smtp', 'smtp.starttls' or 'smtps'"),
        ("smtp://", "valid string"),
        ("smtps://mail.example.com?verify=no", "Extra inputs"),
        ("smtps://mail.example.com?ca=/nowhere.pem", "file"),
        ("smtp://core:secret@mail.example.com", "in the clear"),
        ("smtps://core:secret#@mail.example.com", "percent-encode"),
        ("smtps://core:25/secret@mail.example.com", "percent-encode"),
        ("smtps://core:secret\u2100@mail.example.com", "percent-encode"),
        ("file://mails", "'smtp', 'smtp.starttls' or 'smtps'"),
    ],
)
def test_a_url_that_is_wrong_is_refused_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        mailer_at(url)

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["", "Core", "core@", "a b@example.com"])
def test_a_sender_without_an_address_is_refused(tmp_path: Path, sender: str) -> None:
    with pytest.raises(ValueError, match="address of a sender"):
        FileMailer(tmp_path, sender, StoppedClock(), CountingIds())
