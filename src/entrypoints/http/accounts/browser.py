"""The browser on its way through a single sign-on: its cookie, and what it brings back."""

import re
import secrets
from typing import Final, Literal

from fastapi import Request, Response
from pydantic import SecretStr

from core.accounts import exceptions
from core.accounts.models import ConnectionId
from core.accounts.sso import schemas
from core.models import Model

NAME: Final = "core_sso"
LIFETIME: Final = 600
PARAMETERS: Final = ("state", "code", "iss", "error")
LONGEST: Final = 4096
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Begun(Model):
    return_to: schemas.Url
    code_challenge: schemas.Challenge
    code_challenge_method: Literal["S256"] = "S256"


def secret(request: Request) -> str | None:
    """Return what tells this browser from others: the same for all its tabs."""
    found = request.cookies.get(_name(request), "")
    return found if _SECRET.fullmatch(found) else None


def fresh() -> str:
    return secrets.token_urlsafe(32)


def remember(secret: str, request: Request, response: Response) -> None:
    """Keep it for as long as a sign-in takes. Lax, for the way back comes from another site."""
    response.set_cookie(
        _name(request),
        secret,
        max_age=LIFETIME,
        secure=_https(request),
        httponly=True,
        samesite="lax",
    )


def answered(connection_id: ConnectionId, request: Request) -> schemas.AnswerSso:
    """Read what came back; a parameter that comes twice is none (RFC 6749 3.1)."""
    query = request.query_params
    if any(len(query.getlist(name)) > 1 for name in PARAMETERS):
        raise exceptions.TokenInvalidOrExpired
    found = {name: query[name] for name in PARAMETERS if name in query}
    if any(len(value) > LONGEST for value in found.values()):
        raise exceptions.TokenInvalidOrExpired
    cookie = secret(request)
    code = found.pop("code", None)
    return schemas.AnswerSso(
        connection_id=connection_id,
        code=SecretStr(code) if code else None,
        browser=SecretStr(cookie) if cookie else None,
        **found,
    )


def _https(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    """Browsers keep the prefix's promise over https alone, so that plain http does without it."""
    return f"__Host-{NAME}" if _https(request) else NAME
