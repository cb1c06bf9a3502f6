from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from core.accounts import constants, exceptions, schemas, service
from core.exceptions import CoreError
from core.models import Actor
from entrypoints.http.dependencies import application, origin
from entrypoints.http.pages.rendering import as_refusal, form, page, refused, texts_for

router = APIRouter(include_in_schema=False)


class Field(NamedTuple):
    """An input of a form; a hidden one brings its value, no other one ever does."""

    name: str
    type: str
    label: str = ""
    autocomplete: str = "off"
    value: str = ""


async def _answered(
    request: Request, show: Callable[..., Response], act: Callable[[], Awaitable[Response]]
) -> Response:
    """Do what a form asks; show it again, or that the link is dead, where that is refused."""
    try:
        return await act()
    except ValidationError as error:
        return refused_form(request, as_refusal(error), show)
    except exceptions.TokenInvalidOrExpired as error:
        words = texts_for(request)
        return refused(
            request,
            error,
            "message.html",
            title=words["refused"],
            message=None,
            links=[(words["again"], "/forgot-password")],
        )
    except CoreError as error:
        return refused_form(request, error, show)


def refused_form(request: Request, error: CoreError, show: Callable[..., Response]) -> Response:
    return show(request, error=error)


def _form(
    request: Request, key: str, action: str, fields: list[Field], error: CoreError | None = None
) -> Response:
    words = texts_for(request)
    values: dict[str, Any] = {
        "title": words[f"{key}_title"],
        "about": words[f"{key}_about"].format(least=constants.PASSWORD_MIN_LENGTH),
        "button": words[f"{key}_button"],
        "action": action,
        "fields": fields,
    }
    if error is not None:
        return refused(request, error, "form.html", **values)
    return page(request, "form.html", **values)


def _done(request: Request, key: str, message: str, **values: str) -> Response:
    words = texts_for(request)
    title, said = words[f"{key}_title"].format(**values), words[message].format(**values)
    return page(request, "message.html", title=title, message=said, links=[])


# --- Verify an address ----------------------------------------------------------------------------


@router.get("/verify-email")
async def ask_to_verify(request: Request, token: str = "") -> Response:
    return _form(request, "verify", "/verify-email", [Field("token", "hidden", value=token)])


@router.post("/verify-email")
async def verify(request: Request) -> Response:
    posted = await form(request)
    fields = [Field("token", "hidden", value=posted.get("token", ""))]

    async def act() -> Response:
        await _use(request, service.VerifyEmail, schemas.VerifyEmail, posted)
        return _done(request, "verify", "verify_done")

    return await _answered(
        request, lambda asked, error: _form(asked, "verify", "/verify-email", fields, error), act
    )


# --- Choose a password ----------------------------------------------------------------------------


def _reset_form(request: Request, token: str, error: CoreError | None = None) -> Response:
    label = texts_for(request)["new_password"]
    fields = [
        Field("token", "hidden", value=token),
        Field("new_password", "password", label, "new-password"),
    ]
    return _form(request, "reset", "/reset-password", fields, error)


@router.get("/reset-password")
async def ask_for_password(request: Request, token: str = "") -> Response:
    return _reset_form(request, token)


@router.post("/reset-password")
async def reset_password(request: Request) -> Response:
    posted = await form(request)

    async def act() -> Response:
        await _use(request, service.ResetPassword, schemas.ResetPassword, posted)
        return _done(request, "reset", "reset_done")

    return await _answered(
        request, lambda asked, error: _reset_form(asked, posted.get("token", ""), error), act
    )


def _forgot_form(request: Request, error: CoreError | None = None) -> Response:
    fields = [Field("email", "email", texts_for(request)["email"], "email")]
    return _form(request, "forgot", "/forgot-password", fields, error)


@router.get("/forgot-password")
async def ask_for_address(request: Request) -> Response:
    return _forgot_form(request)


@router.post("/forgot-password")
async def forgot_password(request: Request) -> Response:
    posted = await form(request)

    async def act() -> Response:
        await _use(request, service.RequestPasswordReset, schemas.RequestPasswordReset, posted)
        return _done(request, "forgot", "forgot_done")

    return await _answered(request, _forgot_form, act)


async def _use(
    request: Request,
    use_case: Any,
    schema: Any,
    posted: Mapping[str, str],
    actor: Actor | None = None,
) -> Any:
    """Run a use case on the fields of a form that its command knows."""
    known = {name: value for name, value in posted.items() if name in schema.model_fields}
    command = schema.model_validate(known)
    return await application(request).use(use_case)(command, actor or origin(request))
