"""The mails that a development service wrote into a folder instead of sending them."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Self

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from entrypoints.http.dependencies import application
from entrypoints.http.pages.rendering import page

router = APIRouter(include_in_schema=False)

SHOWN = 100
SANDBOX = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'"


class Mail(NamedTuple):
    name: str
    to: str
    subject: str
    sent: str
    text: str
    html: str

    @classmethod
    def read(cls, file: Path) -> Self:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        return cls(
            name=file.stem,
            to=str(message["to"]),
            subject=str(message["subject"]),
            sent=str(message["date"]),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _files(request: Request) -> Iterator[Path]:
    """Yield the mails, the newest first; in production there is no such page."""
    settings = application(request).settings
    if settings.environment != "development":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    yield from sorted((settings.data_dir / "mails").glob("*.eml"), reverse=True)


def _find(request: Request, name: str) -> Mail:
    file = next((file for file in _files(request) if file.stem == name), None)
    if file is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Mail.read(file)


@router.get("/dev/mails")
async def list_mails(request: Request) -> Response:
    mails = [Mail.read(file) for file in list(_files(request))[:SHOWN]]
    return page(request, "mails.html", mails=mails)


@router.get("/dev/mails/{name}")
async def show_mail(request: Request, name: str) -> Response:
    return page(request, "mail.html", mail=_find(request, name))


@router.get("/dev/mails/{name}/html")
async def show_html(request: Request, name: str) -> Response:
    headers = {"Content-Security-Policy": SANDBOX, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(_find(request, name).html, headers=headers)
