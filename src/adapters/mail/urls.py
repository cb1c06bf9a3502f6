from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import ValidationError

from adapters.mail.files import FileMailer
from adapters.mail.smtp import SmtpMailer, SmtpServer
from core.mails import ports
from core.ports import Clock, Ids


def mailer_from_url(url: str, *, sender: str, folder: Path, clock: Clock, ids: Ids) -> ports.Mailer:
    """Return the mailer that a setting names.

    - `file:` writes to `folder`, `file:///elsewhere` to another one;
    - `smtp://host`, `smtp+starttls://user:password@host:587` and `smtps://host` deliver, with
      `?ca=/path.pem` for a private certificate authority. User and password are percent-encoded.

    Raise ValueError for anything else; it never repeats the URL, which holds a password.
    """
    parts = _split(url)
    if parts.scheme == "file" and not parts.netloc:
        return FileMailer(Path(unquote(parts.path)) if parts.path else folder, sender, clock, ids)
    return SmtpMailer(_server(parts), sender, clock, ids)


def _split(url: str) -> SplitResult:
    """Refuse what a URL falls into when its password holds a bare `/`, `#` or the like."""
    with suppress(ValueError):  # whose words would repeat a part of it
        parts = urlsplit(url)
        cut = parts.port == 0 or parts.path.strip("/") or parts.fragment
        if parts.scheme == "file" or not cut:
            return parts
    raise ValueError("This URL can't be read: percent-encode user and password.")


def _server(url: SplitResult) -> SmtpServer:
    try:
        return SmtpServer.from_url(url)
    except ValidationError as error:
        wrong = "; ".join(one["msg"] for one in error.errors(include_input=False))
        raise ValueError(f"This is not the URL of a mail server: {wrong}.") from None
