"""Turns templates into answers, and errors into pages."""

from collections.abc import Callable, Coroutine
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, override
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from core.exceptions import CoreError
from core.mails.models import Brand, Locale
from entrypoints.http import problems
from entrypoints.http.dependencies import application
from entrypoints.http.pages import texts

READ: Final = ["GET", "HEAD"]
"""What only looks: scanners of links like to ask with HEAD."""

STYLE: Final = Path(__file__).with_name("style.css").read_bytes()
STYLE_URL: Final = "/pages/style.css"
BRAND_URL: Final = "/pages/brand.css"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)


class PageRoute(APIRoute):
    """Answers with a page whatever happens."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                if request.method not in READ:
                    await application(request).container.switchboard().require_writable(None)
                request.state.brand = await application(request).container.branding().brand()
                return await handler(request)
            except CoreError as error:
                said = texts.said(words(request), error)
                return failed(request, problems.status_of(type(error)), said, retry(error))
            except HTTPException as error:
                status = HTTPStatus(error.status_code)
                said = words(request)["errors"].get(status.name.lower(), f"{status.phrase}.")
                return failed(request, status, said)
            except Exception as error:
                await problems.crash(request, error)  # which logs it
                said = words(request)["errors"]["crash"]
                return failed(request, HTTPStatus.INTERNAL_SERVER_ERROR, said)

        return handle


def router() -> APIRouter:
    return APIRouter(include_in_schema=False, route_class=PageRoute)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("entrypoints.http.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lengths"] = texts.lengths
    environment.globals["stylesheet"] = f"{STYLE_URL}?v={sha256(STYLE).hexdigest()[:8]}"
    return environment


def locale(request: Request) -> Locale:
    asked = request.query_params.get("lang")
    return texts.locale_of(asked, request.headers.get("accept-language", ""))


def words(request: Request) -> texts.Words:
    return texts.WORDS[locale(request)]


def page(
    request: Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a page; whatever a person typed is escaped."""
    spoken, brand = locale(request), brand_of(request)
    known = {
        "locale": spoken,
        "t": texts.WORDS[spoken],
        "tail": f"?lang={spoken}" if "lang" in request.query_params else "",
        "others": list(_other_languages(request, spoken)) if request.method in READ else [],
        "brand": brand,
        "brand_url": f"{BRAND_URL}?v={brand.colour[1:]}" if brand.colour else None,
        "product": brand.product_name,
        "problem": None,
    }
    html = _environment().get_template(template).render(known | values)
    own = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
    return HTMLResponse(html, status, own | (headers or {}))


def brand_of(request: Request) -> Brand:
    """Return how the product looks; as the environment says where nothing more is known."""
    known: Brand | None = getattr(request.state, "brand", None)
    return known or Brand(product_name=application(request).settings.product_name)


def _other_languages(request: Request, spoken: Locale) -> Any:
    """Yield links to this very page in the other languages; its token never leaves the site."""
    kept = [(name, value) for name, value in request.query_params.items() if name != "lang"]
    for other in texts.LOCALES:
        if other != spoken:
            address = f"{request.url.path}?{urlencode([*kept, ('lang', other)])}"
            yield other, texts.WORDS[other]["language"], address


def message(request: Request, title: str, text: str, **values: Any) -> HTMLResponse:
    """Render a page that only says something."""
    known = {"title": title, "message": text, "good": True, "link": None, "reference": None}
    shown: dict[str, Any] = known | values
    return page(request, "message.html", **shown)


def failed(
    request: Request, status: HTTPStatus, text: str, headers: dict[str, str] | None = None
) -> HTMLResponse:
    title = words(request)["failed"]["title"]
    reference = (
        request.scope.get("state", {}).get("request_id")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else None
    )
    return message(
        request, title, text, good=False, status=status, headers=headers, reference=reference
    )


def retry(error: CoreError) -> dict[str, str]:
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
