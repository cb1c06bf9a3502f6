"""The mails that a development service wrote into a folder instead of sending them."""

import asyncio
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from core.exceptions import NotFound
from entrypoints.http.dependencies import application
from entrypoints.http.pages import rendering
from entrypoints.http.pages.rendering import POLICY, READ, page

router = rendering.router()

SHOWN: Final = 100
FRAMING: Final = f"{POLICY}; frame-src 'self'"
FRAMED: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none';"
    " frame-ancestors 'self'; base-uri 'none'"
)
"""What a mail may do: show itself, with the styles it brings along."""


class Mail(NamedTuple):
    name: str
    to: str
    subject: str
    sent: datetime | None
    text: str
    html: str

    @classmethod
    def read(cls, file: Path, *, whole: bool = True) -> Self:
        with file.open("rb") as opened:
            message = BytesParser(policy=policy.default).parse(opened, headersonly=not whole)
        date: Any = message["date"]
        return cls(
            name=file.stem,
            to=str(message["to"] or ""),
            subject=str(message["subject"] or ""),
            sent=date.datetime if date else None,
            text=_part(message, "plain") if whole else "",
            html=_part(message, "html") if whole else "",
        )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    try:
        return str(body.get_content()) if body is not None else ""
    except LookupError:  # in a charset that nobody knows
        return ""


def _files(request: Request) -> list[Path]:
    """Return the mails, the newest first; in production there is no such page."""
    settings = application(request).settings
    if settings.environment != "development":
        raise NotFound
    return sorted((settings.data_dir / "mails").glob("*.eml"), reverse=True)


def _newest(request: Request) -> tuple[list[Mail], int]:
    files = _files(request)
    return [Mail.read(file, whole=False) for file in files[:SHOWN]], len(files)


def _find(request: Request, name: str) -> Mail:
    """Look a name up in the list: it never becomes part of a path."""
    file = next((file for file in _files(request) if file.stem == name), None)
    if file is None:
        raise NotFound
    return Mail.read(file)


@router.api_route("/dev/mails", methods=READ)
async def list_mails(request: Request) -> Response:
    mails, total = await asyncio.to_thread(_newest, request)
    return page(request, "mails.html", mails=mails, total=total)


@router.api_route("/dev/mails/{name}", methods=READ)
async def show_mail(request: Request, name: str) -> Response:
    mail = await asyncio.to_thread(_find, request, name)
    return page(request, "mail.html", mail=mail, headers={"Content-Security-Policy": FRAMING})


@router.api_route("/dev/mails/{name}/html", methods=READ)
async def show_html(request: Request, name: str) -> Response:
    mail = await asyncio.to_thread(_find, request, name)
    headers = {"Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(mail.html, headers=headers)
