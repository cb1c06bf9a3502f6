"""The cookie by which a browser shows that it signed in before."""

from typing import Final

from fastapi import Request, Response
from pydantic import SecretStr

from core.accounts import schemas

NAME: Final = "core_device"
YEAR: Final = 365 * 24 * 3600


def _cookie(request: Request) -> str:
    """Browsers keep the prefix's promise over https alone, so that plain http does without it."""
    return f"__Host-{NAME}" if request.url.scheme == "https" else NAME


def remembered(command: schemas.LogIn, request: Request) -> schemas.LogIn:
    known = request.cookies.get(_cookie(request))
    if command.device_token or not known:
        return command
    return command.model_copy(update={"device_token": SecretStr(known)})


def remember(tokens: schemas.TokenPair, request: Request, response: Response) -> None:
    response.set_cookie(
        _cookie(request),
        tokens.device_token or "",
        max_age=YEAR,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
