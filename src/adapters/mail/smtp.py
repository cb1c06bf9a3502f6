import ipaddress
import logging
import re
import ssl
from typing import Literal, Self, override
from urllib.parse import SplitResult, parse_qsl, unquote

import aiosmtplib
from aiosmtplib import errors
from pydantic import FilePath, SecretStr, model_validator

from adapters.mail.message import build_message, mailbox
from core.exceptions import CoreError, Unavailable
from core.mails import ports
from core.mails.exceptions import MailRefused
from core.mails.models import RenderedMail
from core.models import Model
from core.ports import Clock, Ids

TIMEOUT = 10
"""Seconds for each exchange with the server."""

PERMANENT = 500
"""Replies from here on are final (RFC 5321 4.2.1)."""

DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

_logger = logging.getLogger(__name__)


class SmtpServer(Model):
    """Who delivers our mails, and how the way there is protected.

    `ca` is a PEM file of the only authorities to trust, instead of the system's.
    """

    scheme: Literal["smtp", "smtp+starttls", "smtps"]
    host: str
    port: int
    username: str | None = None
    password: SecretStr = SecretStr("")
    ca: FilePath | None = None

    @classmethod
    def from_url(cls, url: SplitResult) -> Self:
        """Read `scheme://user:password@host:port?ca=/path`, percent-encoded."""
        return cls.model_validate(
            dict(parse_qsl(url.query, keep_blank_values=True))
            | {
                "scheme": url.scheme,
                "host": url.hostname,
                "port": url.port or DEFAULT_PORTS.get(url.scheme, 0),
                "username": unquote(url.username) if url.username else None,
                "password": unquote(url.password or ""),
            }
        )

    @model_validator(mode="after")
    def _keeps_the_password_to_itself(self) -> Self:
        if self.username and self.scheme == "smtp" and not _is_this_machine(self.host):
            raise ValueError("smtp:// would send the password in the clear: use smtp+starttls://")
        return self


class SmtpMailer(ports.Mailer):
    """Hands each mail to a server, over a connection of its own.

    Raise MailRefused when the server will never take this mail, Unavailable for all that may pass.
    """

    def __init__(self, server: SmtpServer, sender: str, clock: Clock, ids: Ids) -> None:
        self._server = server
        self._tls = ssl.create_default_context(cafile=server.ca)
        self._sender = mailbox(sender)
        self._clock = clock
        self._ids = ids

    @override
    async def send(self, to: str, mail: RenderedMail) -> None:
        message = build_message(
            mail,
            sender=self._sender,
            to=to,
            sent_at=self._clock.now(),
            message_id=self._ids.new(),
        )
        try:
            await aiosmtplib.send(
                message,
                hostname=self._server.host,
                port=self._server.port,
                use_tls=self._server.scheme == "smtps",
                start_tls=self._server.scheme == "smtp+starttls",
                tls_context=self._tls,
                username=self._server.username,
                password=self._server.password.get_secret_value(),
                timeout=TIMEOUT,
            )
        except (errors.SMTPException, OSError) as error:
            failure = _failure(error)
            _logger.warning("A mail was not taken: %s", failure)
            # The server's own words may repeat the address, so no traceback shows them.
            raise failure from None


def _failure(error: Exception) -> CoreError:
    if isinstance(error, errors.SMTPRecipientsRefused):
        error = error.recipients[0]
    match error:
        case errors.SMTPNotSupported():
            return MailRefused("The mail server takes no address beyond ASCII.")
        case errors.SMTPRecipientRefused() | errors.SMTPDataError() if error.code >= PERMANENT:
            return MailRefused(f"The mail server answered {_codes(error)}.")
        case _:
            return Unavailable(_trouble(error))


def _trouble(error: Exception) -> str:
    match error:
        case errors.SMTPAuthenticationError():
            return f"The mail server does not let us sign in: {_codes(error)}."
        case errors.SMTPResponseException():
            return f"The mail server answered {_codes(error)}."
        case ssl.SSLCertVerificationError():
            return f"The mail server's certificate is not to be trusted: {error.verify_message}"
        case errors.SMTPConnectError(__cause__=ssl.SSLCertVerificationError() as cause):
            return _trouble(cause)
        case _:
            return f"The mail server can't be used: {error}"


def _codes(error: errors.SMTPResponseException) -> str:
    """Return the reply's code and its RFC 3463 one, and none of its words."""
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", error.message)
    return f"{error.code} {enhanced[0]}" if enhanced else str(error.code)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
