"""Forms: what they ask for, how they are read, and what is shown when they are refused."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl

from fastapi import Request, Response
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from core.accounts import exceptions
from core.exceptions import ContentTooLarge, CoreError, FieldError, Malformed, ValidationFailed
from core.models import Model
from core.service import UseCase
from entrypoints.http.dependencies import application, origin
from entrypoints.http.pages import texts
from entrypoints.http.pages.rendering import message, page, retry, words
from entrypoints.http.problems import status_of

LARGEST: Final = 16 * 1024
MOST_FIELDS: Final = 20


class Field(NamedTuple):
    """An input, named as in the command; a hidden one carries the secret of a link."""

    name: str
    type: str = "hidden"
    autocomplete: str = "off"
    required: bool = True


TOKEN: Final = Field("token")
EMAIL: Final = Field("email", "email", "email")
PASSWORD: Final = Field("password", "password", "current-password")
FIRST_PASSWORD: Final = Field("password", "password", "new-password")
NEW_PASSWORD: Final = Field("new_password", "password", "new-password")
NAME: Final = Field("display_name", "text", "name", required=False)


class Form(NamedTuple):
    """A page with one form, and the use case behind its button.

    `key` names its texts, `renew` the page where a dead link is replaced.
    """

    key: str
    path: str
    fields: tuple[Field, ...]
    use_case: type[UseCase]
    command: type[Model]
    renew: str | None = None


class Posted(NamedTuple):
    """The fields somebody sent, those that are empty left out, and those that hold no text."""

    values: Mapping[str, str]
    unfit: tuple[FieldError, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Take fields as they were sent; of one that comes twice the last counts."""
        sent = dict(pairs)
        unfit = [name for name, value in sent.items() if not _is_text(value)]
        values = {name: one for name, one in sent.items() if name not in unfit and one.strip()}
        errors = tuple(FieldError(f"#/{name}", "string_unicode", "No text.") for name in unfit)
        return cls(values, errors)

    def command[C: Model](self, schema: type[C], **more: Any) -> C:
        """Make a command of the fields it knows, or refuse as the API does."""
        if self.unfit:
            raise ValidationFailed(errors=self.unfit)
        known = {name: self.values[name] for name in schema.model_fields if name in self.values}
        try:
            return schema.model_validate(known | more)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False, include_context=False)
            raise ValidationFailed(
                errors=[FieldError(f"#/{one['loc'][0]}", one["type"], one["msg"]) for one in wrong]
            ) from None


class Refusal(NamedTuple):
    """What was wrong with a form: in general, and with which of its fields."""

    code: str
    about: str
    fields: Mapping[str, list[str]]


async def posted(request: Request) -> Posted:
    """Read a form (application/x-www-form-urlencoded), as strictly as JSON is read."""
    return Posted.of(await pairs(request, MOST_FIELDS))


async def pairs(request: Request, most: int) -> list[tuple[str, str]]:
    """Return the fields of a form in their order, bytes that are no UTF-8 as surrogates.

    The framework's own reader turns them into question marks.
    """
    text = (await _body(request)).decode("utf-8", "surrogateescape")
    try:
        return parse_qsl(text, errors="surrogateescape", max_num_fields=most)
    except ValueError:
        raise ValidationFailed from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                raise ContentTooLarge(f"Send at most {LARGEST} bytes.")
    except ClientDisconnect:
        raise Malformed from None
    return bytes(body)


def _is_text(value: str) -> bool:
    """Tell whether every encoding and every database can hold it: no NUL, no lone surrogate."""
    return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


def opened(request: Request, form: Form) -> Response:
    """Show what a link leads to; one that lost its token is as good as dead."""
    secrets = [field.name for field in form.fields if field.type == "hidden"]
    values = {name: request.query_params.get(name, "") for name in secrets}
    if not all(values.values()):
        return dead(request, form.key, exceptions.TokenInvalidOrExpired(), form.renew)
    return _shown(request, form, values)


async def answered(request: Request, form: Form) -> Response:
    """Do what the button says; show the form again where that is refused."""
    sent = await posted(request)
    try:
        command = sent.command(form.command)
        use_case: Any = application(request).use(form.use_case)
        await use_case(command, origin(request))
    except exceptions.TokenInvalidOrExpired as error:
        return dead(request, form.key, error, form.renew)
    except CoreError as error:
        return _shown(request, form, sent.values, error)
    said = words(request)[form.key]
    return message(request, said["done_title"], said["done"])


def _shown(
    request: Request, form: Form, values: Mapping[str, str], error: CoreError | None = None
) -> Response:
    said = words(request)[form.key]
    shown: dict[str, Any] = {"title": said["title"], "about": said["about"]}
    return page(
        request,
        "form.html",
        form=form,
        values=values,
        **shown,
        **refused(request, error, form.fields),
    )


def refused(
    request: Request, error: CoreError | None, fields: tuple[Field, ...] = ()
) -> dict[str, Any]:
    """Return what a page needs to say what was wrong, and its status; nothing if nothing was."""
    if error is None:
        return {}
    spoken = words(request)
    about, visible = [texts.said(spoken, error)], dict[str, list[str]]()
    seen = {field.name for field in fields if field.type != "hidden"}
    for one in error.errors:
        name = one.pointer.rpartition("/")[2]
        if name in seen:
            visible.setdefault(name, []).append(texts.wrong(spoken, one))
        elif any(field.name == name for field in fields):
            about = [spoken["wrong"]["secret"]]
    problem = Refusal(error.code, about[0], visible)
    return {"problem": problem, "status": status_of(type(error)), "headers": retry(error)}


def dead(request: Request, key: str, error: CoreError, renew: str | None = None) -> Response:
    """Say that a link is used up, and where there is a new one."""
    said = words(request)["dead"]
    link = (said[f"{key}_renew"], renew) if renew else None
    status = status_of(type(error))
    return message(request, said["title"], said[key], good=False, link=link, status=status)
