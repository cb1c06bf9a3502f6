from fastapi import Request, Response

from entrypoints.http.dependencies import application
from entrypoints.http.pages import rendering
from entrypoints.http.pages.rendering import BRAND_URL, READ, STYLE, STYLE_URL, brand_of, page

router = rendering.router()


@router.api_route("/", methods=READ)
async def home(request: Request) -> Response:
    settings = application(request).settings
    developing = settings.environment == "development"
    title = brand_of(request).product_name
    return page(request, "home.html", title=title, developing=developing)


@router.api_route(STYLE_URL, methods=READ)
async def stylesheet() -> Response:
    """Its address changes with it, so that it may be kept."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(STYLE, media_type="text/css", headers=kept)


@router.api_route(BRAND_URL, methods=READ)
async def brand(request: Request) -> Response:
    """The colours that an operator chose, over those of the other sheet in light and in dark."""
    now = brand_of(request)
    kept = {"Cache-Control": "public, max-age=300"}
    colours = f"--act: {now.colour}; --act-over: {now.colour}; --on-act: {now.ink};"
    style = f":root {{ {colours} }}\n" if now.colour else ""
    return Response(style, media_type="text/css", headers=kept)
