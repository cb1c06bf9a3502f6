"""The document of the API is put together while others are answered."""

import asyncio

import httpx

from bootstrap import Application
from entrypoints.http.app import create_app


async def test_whoever_asks_meanwhile_is_answered_first(application: Application) -> None:
    app = create_app(application)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        asked = [asyncio.create_task(client.get("/openapi.json")) for _ in range(2)]
        await asyncio.sleep(0)

        alive = await client.get("/livez")

        assert alive.status_code == 200
        assert not any(one.done() for one in asked)
        first, second = await asyncio.gather(*asked)

    assert first.status_code == 200
    assert first.headers["content-type"] == "application/json"
    assert first.json() == app.openapi()
    assert first.content == second.content
