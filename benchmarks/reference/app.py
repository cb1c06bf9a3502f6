"""The smallest honest FastAPI + psycopg 3 app that does the work of Core API's five requests.

In three manners: `plain` authenticates in one statement and does the work in a second one;
`folded` needs one for both; `lean` moreover verifies a token only once a minute. Autocommit,
prepared statements, bytes straight from pydantic-core. No audit, idempotency, telemetry,
throttling, row-level security or request ids: the ratio prices those.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import FastAPI

from benchmarks.reference import folded, plain
from benchmarks.reference.services import Services

type Manner = Literal["plain", "folded", "lean"]


def create_app(database_url: str, manner: Manner = "folded") -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = Services(database_url, token_cache=manner == "lean")
        async with app.state.services.pool as pool:
            await pool.wait()
            yield

    work = plain if manner == "plain" else folded
    app = FastAPI(title="Reference", lifespan=lifespan)
    app.get("/livez")(plain.health)
    app.get("/readyz")(plain.health)
    app.get("/v1/me")(plain.me)
    app.get("/v1/organizations/{organization_id}/invitations")(work.invitations)
    app.post("/v1/organizations", status_code=201)(work.create_organization)
    app.post("/v1/auth/login")(plain.log_in)
    return app
