from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import Request, Response

from core.accounts import exceptions, schemas, service
from core.accounts.schemas import AnswerInvitation, InvitationPreview
from core.exceptions import CoreError, ValidationFailed
from core.models import Actor
from entrypoints.http.dependencies import application, origin
from entrypoints.http.pages import rendering
from entrypoints.http.pages.forms import (
    FIRST_PASSWORD,
    NAME,
    PASSWORD,
    Field,
    Posted,
    dead,
    posted,
    refused,
)
from entrypoints.http.pages.rendering import READ, locale, message, page, words

router = rendering.router()

PATH: Final = "/accept-invitation"
INVITATION: Final = Field("invitation")
FIELDS: Final = {
    "register": (INVITATION, NAME, FIRST_PASSWORD),
    "join": (INVITATION, PASSWORD),
    "decline": (INVITATION,),
}
"""What each way to answer asks for."""

DEAD: Final = (exceptions.TokenInvalidOrExpired, exceptions.InvitationNotPending)

type Answer = Callable[[Request, InvitationPreview, Posted], Awaitable[None]]


@router.api_route(PATH, methods=READ)
async def show_invitation(request: Request) -> Response:
    token = request.query_params.get("invitation", "")
    sent = Posted({"invitation": token} if token else {})
    try:
        return _shown(request, await _preview(request, sent), sent)
    except DEAD as error:
        return dead(request, "invitation", error)
    except ValidationFailed:
        return dead(request, "invitation", exceptions.TokenInvalidOrExpired())


@router.post(PATH)
async def answer_invitation(request: Request) -> Response:
    sent = await posted(request)
    try:
        preview = await _preview(request, sent)
        return await _answered(request, preview, sent)
    except DEAD as error:
        return dead(request, "invitation", error)


async def _answered(request: Request, preview: InvitationPreview, sent: Posted) -> Response:
    way = sent.values.get("answer", "")
    try:
        if way not in ANSWERS:
            raise ValidationFailed
        await ANSWERS[way](request, preview, sent)
    except DEAD:
        raise
    except CoreError as error:
        return _shown(request, preview, sent, error)
    said, key = words(request)["invitation"], "declined" if way == "decline" else "done"
    title = said[f"{key}_title"].replace("{organization}", preview.organization_name)
    return message(request, title, said[key])


def _shown(
    request: Request, preview: InvitationPreview, sent: Posted, error: CoreError | None = None
) -> Response:
    """Show what the link is for, and what went wrong with an answer to it, if one was given."""
    spoken, way = words(request), sent.values.get("answer", "register")
    title = spoken["invitation"]["title"].replace("{organization}", preview.organization_name)
    # Somebody new who has an account after all finds the right form open.
    opened = "join" if isinstance(error, exceptions.EmailTaken) else way
    shown: dict[str, Any] = {"title": title, "preview": preview, "answered": way, "opened": opened}
    return page(
        request,
        "invitation.html",
        path=PATH,
        forms=FIELDS,
        values=sent.values,
        role=spoken["roles"].get(preview.role, preview.role),
        until=preview.expires_at.strftime(spoken["date"]),
        **shown,
        **refused(request, error, FIELDS.get(way, ())),
    )


def _answer(sent: Posted) -> AnswerInvitation:
    """Take the link's token alone: what else was sent may be as wrong as it likes."""
    token = sent.values.get("invitation")
    return Posted({"token": token} if token else {}).command(AnswerInvitation)


async def _preview(request: Request, sent: Posted) -> InvitationPreview:
    look = application(request).use(service.PreviewInvitation)
    return await look(_answer(sent), origin(request))


async def _decline(request: Request, _: InvitationPreview, sent: Posted) -> None:
    await application(request).use(service.DeclineInvitation)(_answer(sent), origin(request))


async def _register(request: Request, preview: InvitationPreview, sent: Posted) -> None:
    """Open an account, which the link proves to be theirs, and join with it.

    Registering says the same whether or not the address was known; the password tells. Whoever
    holds a link that was mailed to the address may know that it has an account.
    """
    command = sent.command(
        schemas.RegisterUser,
        email=preview.email,
        locale=locale(request),
        invitation_token=sent.values.get("invitation"),
    )
    await application(request).use(service.RegisterUser)(command, origin(request))
    try:
        await _join(request, preview, sent)
    except exceptions.InvalidCredentials:
        raise exceptions.EmailTaken from None


async def _join(request: Request, preview: InvitationPreview, sent: Posted) -> None:
    """Sign in just to answer: the product signs people in itself, so the session ends again."""
    use, somebody = application(request).use, origin(request)
    command = sent.command(schemas.LogIn, email=preview.email)
    tokens = await use(service.LogIn)(command, somebody)
    signed_in = {"kind": "user", "user_id": tokens.user.id, "session_id": tokens.session_id}
    actor: Actor = somebody.evolve(**signed_in)
    try:
        await use(service.AcceptInvitation)(_answer(sent), actor)
    finally:
        await use(service.LogOut)(schemas.LogOut(), actor)


ANSWERS: Final[dict[str, Answer]] = {"join": _join, "register": _register, "decline": _decline}
