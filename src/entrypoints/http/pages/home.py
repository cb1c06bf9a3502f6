from fastapi import Request, Response

from entrypoints.http.dependencies import application
from entrypoints.http.pages import rendering
from entrypoints.http.pages.rendering import READ, STYLE, STYLE_URL, page

router = rendering.router()


@router.api_route("/", methods=READ)
async def home(request: Request) -> Response:
    settings = application(request).settings
    developing = settings.environment == "development"
    return page(request, "home.html", title=settings.product_name, developing=developing)


@router.api_route(STYLE_URL, methods=READ)
async def stylesheet() -> Response:
    """Its address changes with it, so that it may be kept."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(STYLE, media_type="text/css", headers=kept)
