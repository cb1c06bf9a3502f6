"""Turns templates into answers, and refusals into pages."""

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from core.exceptions import CoreError, FieldError, ValidationFailed
from entrypoints.http.dependencies import application
from entrypoints.http.pages import texts
from entrypoints.http.problems import status_of

STYLESHEET: Final = Path(__file__).with_name("page.css")
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("entrypoints.http.pages"), autoescape=True, undefined=StrictUndefined
    )


def texts_for(request: Request) -> dict[str, str]:
    return dict(texts.TEXTS[_locale(request)])


def _locale(request: Request) -> Any:
    return texts.locale_of(request.headers.get("accept-language", ""))


def page(
    request: Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """Render a page; whatever a person typed is escaped."""
    html = (
        _environment()
        .get_template(template)
        .render(
            {
                "locale": _locale(request),
                "product": application(request).settings.product_name,
                "texts": texts_for(request),
                "problem": None,
            }
            | values
        )
    )
    return HTMLResponse(
        html,
        status,
        {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"} | (headers or {}),
    )


def refused(request: Request, error: CoreError, template: str, **values: Any) -> Response:
    """Render a page again, saying what was wrong."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    return page(
        request,
        template,
        status=status_of(type(error)),
        headers=headers,
        problem={"title": error.title, "detail": error.detail, "errors": error.errors},
        **values,
    )


async def form(request: Request) -> dict[str, str]:
    """Return what was posted, as text; a file or a field sent twice counts as missing."""
    posted = await request.form(max_files=0, max_fields=10)
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def as_refusal(error: ValidationError) -> CoreError:
    """Say what a form's fields lack, as the API would."""
    return ValidationFailed(
        errors=[
            FieldError("/".join(("#", *map(str, one["loc"]))), one["type"], one["msg"])
            for one in error.errors(include_input=False, include_url=False)
        ]
    )
