from fastapi import Request, Response
from pydantic_core import to_json

from entrypoints.http.dependencies import application
from entrypoints.http.routing import router as make_router

router = make_router("/.well-known", "keys")


@router.get("/jwks.json")
async def get_jwks(request: Request) -> Response:
    """Read the keys that check our access tokens (RFC 7517); keep them for ten minutes."""
    jwks = await application(request).container.access_tokens().jwks()
    return Response(
        to_json(jwks), media_type="application/json", headers={"Cache-Control": "max-age=600"}
    )
