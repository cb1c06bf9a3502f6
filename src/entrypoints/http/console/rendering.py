"""Turns templates into pages: whatever somebody typed is escaped, nothing runs but htmx."""

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic_core import to_json

from core.billing.money import Money
from entrypoints.http.pages.rendering import BRAND_URL, brand_of

FOLDER: Final = Path(__file__).with_name("static")
ASSETS: Final = {
    "style.css": ("text/css", (FOLDER / "style.css").read_bytes()),
    "htmx.js": ("text/javascript", (FOLDER / "htmx-2.0.11.min.js").read_bytes()),
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NOTHING: Final = "—"
UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
STEP: Final = 1024


def address(asset: str) -> str:
    """Return where an asset is: its address changes with it, so that it may be kept for good."""
    digest = sha256(ASSETS[asset][1]).hexdigest()[:8]
    return f"/console/static/{asset}?v={digest}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("entrypoints.http.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moment,
        "size": size,
        "money": lambda amount, currency: Money(amount=amount, currency=currency).text(),
        "words": words,
        "number": number,
        "pretty": pretty,
    }
    environment.globals |= {"stylesheet": address("style.css"), "script": address("htmx.js")}
    return environment


def page(
    request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    brand = brand_of(request)
    colours = f"{BRAND_URL}?v={brand.colour[1:]}" if brand.colour else None
    known = {"product": brand.product_name, "colours": colours}
    html = _environment().get_template(template).render(known | values)
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY})


def moment(at: datetime | None) -> Markup:
    """Write a time as everybody reads it alike: in UTC, to the minute."""
    if at is None:
        return Markup('<span class="quiet">{}</span>').format(NOTHING)
    told = at.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        told.isoformat(timespec="seconds"), f"{told:%Y-%m-%d %H:%M}"
    )


def size(count: float | None) -> str:
    """Write a number of bytes as people do."""
    if count is None:
        return "no limit"
    for unit in UNITS[:-1]:
        if abs(count) < STEP:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= STEP
    return f"{count:.1f} {UNITS[-1]}"


def words(key: str) -> str:
    """Write a key as words: `past_due` is "past due"."""
    return key.replace("_", " ")


def number(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def pretty(value: object) -> str:
    return to_json(value, indent=2, fallback=str).decode("utf-8", "replace")
