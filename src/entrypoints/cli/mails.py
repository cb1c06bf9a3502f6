"""The mails that a development service wrote into a folder instead of sending them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote, urlsplit

import typer

from entrypoints.cli.running import REFUSED, end, settings
from entrypoints.cli.showing import Json, Limit, as_json, examples, grid

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

app = typer.Typer(help="Mails of a development service.", no_args_is_help=True)

COLUMNS = ("number", "sent_at", "to", "subject", "name")


@app.command("list", epilog=examples("mails list", "mails list --to ada@example.com --json"))
def list_mails(
    to: Annotated[str | None, typer.Option(help="Only those to this address.")] = None,
    limit: Limit = 25,
    *,
    json: Json = False,
) -> None:
    """List mails, the newest first."""
    rows = []
    for number, file in enumerate(newest(), 1):
        mail = parsed(file)
        if to is None or to.casefold() in str(mail["to"]).casefold():
            rows.append((number, sent_at(mail), str(mail["to"]), str(mail["subject"]), file.stem))
        if len(rows) == limit:
            break
    if json:
        as_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
    else:
        grid(COLUMNS, rows)


@app.command("show", epilog=examples("mails show", "mails show 2", "mails show 20261122T1200"))
def show(
    which: Annotated[
        str, typer.Argument(metavar="[NUMBER|NAME]", help="As `list` has it; or how a name begins.")
    ] = "1",
    *,
    json: Json = False,
) -> None:
    """Print the text of a mail, the newest by default."""
    file = _named(newest(), which)
    mail = parsed(file)
    body = mail.get_body(("plain",))
    content = str(body.get_content(errors="replace")).replace("\r\n", "\n") if body else ""
    if json:
        fields = {"name": file.stem, "sent_at": sent_at(mail)}
        fields |= {name: str(mail[name]) for name in ("from", "to", "subject")}
        as_json(fields | {"text": content})
        return
    typer.echo(f"From: {mail['from']}\nTo: {mail['to']}\nSubject: {mail['subject']}\n")
    typer.echo(content)


def _named(files: Sequence[Path], which: str) -> Path:
    if which.isdecimal() and 1 <= int(which) <= len(files):
        return files[int(which) - 1]
    found = [file for file in files if file.stem.startswith(which)]
    return found[0] if found else end(REFUSED, "There is no such mail: see `core-api mails list`.")


def newest() -> list[Path]:
    """Return the mails in the folder that CORE_MAIL_URL names, the newest first."""
    read = settings()
    url = urlsplit(read.mail_url.get_secret_value())
    if url.scheme != "file":
        end(REFUSED, "CORE_MAIL_URL names a server, so no mails are kept here.")
    folder = Path(unquote(url.path)) if url.path else read.data_dir / "mails"
    return sorted(folder.glob("*.eml"), reverse=True)


def sent_at(mail: "EmailMessage") -> "datetime | None":
    return mail["date"].datetime if mail["date"] else None


def parsed(file: Path) -> "EmailMessage":
    import email
    import email.policy

    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
