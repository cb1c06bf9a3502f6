"""What the reference app's endpoints share."""

from uuid import UUID

import jwt
from fastapi import HTTPException, Request, Response
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from pydantic_core import to_json

from benchmarks.reference.auth import Passwords, Tokens


class Services:
    def __init__(self, database_url: str, *, token_cache: bool) -> None:
        self.pool = AsyncConnectionPool(
            database_url,
            min_size=10,
            max_size=10,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 0},
        )
        self.tokens = Tokens(cached=token_cache)
        self.passwords = Passwords()


def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


def session_of(request: Request) -> UUID:
    """Return the session the bearer token was signed for; whether it lives is asked in SQL."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        return services(request).tokens.session_of(token if scheme.lower() == "bearer" else "")
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error


def answer(content: BaseModel, status: int = 200) -> Response:
    return Response(to_json(content), status, media_type="application/json")
