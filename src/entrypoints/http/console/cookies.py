"""The console's cookies: which session a browser is in, and what it is told after a change."""

import secrets
from typing import Final, NamedTuple, Self
from urllib.parse import quote, unquote

from fastapi import Request, Response

from core.accounts.schemas import TokenPair

SESSION: Final = "core_console"
SAID: Final = "core_console_said"
FORM: Final = "core_console_form"
LONGEST: Final = 500
APART: Final = "~"
"""No token has one."""


class Tokens(NamedTuple):
    """What a session is proven with; the second renews the first."""

    access: str
    refresh: str

    @classmethod
    def of(cls, pair: TokenPair) -> Self:
        return cls(pair.access_token, pair.refresh_token)


def tokens(request: Request) -> Tokens | None:
    access, _, refresh = _read(request, SESSION).partition(APART)
    return Tokens(access, refresh) if access and refresh else None


def keep_tokens(tokens: Tokens, request: Request, response: Response) -> None:
    """Keep a session until the browser closes: whoever sits down at it later has none."""
    _write(request, response, SESSION, f"{tokens.access}{APART}{tokens.refresh}")


def drop_tokens(request: Request, response: Response) -> None:
    _drop(request, response, SESSION)


def say(text: str, request: Request, response: Response) -> None:
    """Have the next page say something."""
    _write(request, response, SAID, quote(text[:LONGEST]))


def said(request: Request) -> str | None:
    return unquote(_read(request, SAID))[:LONGEST] or None


def drop_said(request: Request, response: Response) -> None:
    _drop(request, response, SAID)


def form_secret(request: Request) -> str | None:
    """Return what a form has to bring along from whoever is nobody yet."""
    return _read(request, FORM) or None


def keep_form_secret(request: Request, response: Response) -> None:
    _write(request, response, FORM, form_secret(request) or request.state.form_secret)


def new_form_secret(request: Request) -> str:
    made: str = form_secret(request) or secrets.token_urlsafe(32)
    request.state.form_secret = made
    return made


def _read(request: Request, name: str) -> str:
    return request.cookies.get(_named(request, name), "")


def _write(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        _named(request, name),
        value,
        secure=_https(request),
        httponly=True,
        samesite="lax",
    )


def _drop(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        _named(request, name), secure=_https(request), httponly=True, samesite="lax"
    )


def _https(request: Request) -> bool:
    return request.url.scheme == "https"


def _named(request: Request, name: str) -> str:
    """Browsers keep the prefix's promise over https alone, so that plain http does without it."""
    return f"__Host-{name}" if _https(request) else name
