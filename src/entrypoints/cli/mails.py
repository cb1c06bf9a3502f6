"""The mails that a development service wrote into a folder instead of sending them."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli.running import REFUSED, end, settings
from entrypoints.cli.showing import Json, Limit, as_json

app = typer.Typer(help="Mails of a development service.", no_args_is_help=True)


@app.command("list")
def list_mails(limit: Limit = 25, *, json: Json = False) -> None:
    """List mails, the newest first."""
    rows = [
        {"name": file.stem, "to": str(mail["to"]), "subject": str(mail["subject"])}
        for file, mail in list(_newest())[:limit]
    ]
    if json:
        as_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(row.values()))


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="As `list` names it; the newest by default.")] = "",
) -> None:
    """Print the text of a mail."""
    for file, mail in _newest():
        if file.stem.startswith(name):
            body = mail.get_body(("plain",))
            typer.echo(f"To: {mail['to']}\nSubject: {mail['subject']}\n")
            typer.echo(body.get_content() if body else "")
            return
    end(REFUSED, "There is no such mail.")


def _newest() -> Iterator[tuple[Path, EmailMessage]]:
    for file in sorted((settings().data_dir / "mails").glob("*.eml"), reverse=True):
        yield file, email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
