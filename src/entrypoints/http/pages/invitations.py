from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from core.accounts import schemas, service
from core.exceptions import CoreError
from core.models import Actor
from entrypoints.http.dependencies import application, origin
from entrypoints.http.pages.rendering import as_refusal, form, page, refused, texts_for

router = APIRouter(include_in_schema=False)


@router.get("/accept-invitation")
async def show_invitation(request: Request, invitation: str = "") -> Response:
    return await _shown(request, invitation)


@router.post("/accept-invitation")
async def answer_invitation(request: Request) -> Response:
    posted = await form(request)
    token = posted.get("invitation", "")
    try:
        return await _answer(request, token, posted)
    except ValidationError as error:
        return await _shown(request, token, as_refusal(error))
    except CoreError as error:
        return await _shown(request, token, error)


async def _shown(request: Request, token: str, error: CoreError | None = None) -> Response:
    """Show what the link is for, and what went wrong with an answer to it, if one was given."""
    words = texts_for(request)
    try:
        preview = await _preview(request, token)
    except CoreError as dead:
        return refused(
            request, dead, "message.html", title=words["refused"], message=None, links=[]
        )
    organization = preview.organization_name
    values: dict[str, Any] = {
        "title": words["invite_title"].format(organization=organization),
        "about": words["invite_about"].format(email=preview.email, role=preview.role),
        "token": token,
    }
    if error is not None:
        return refused(request, error, "invitation.html", **values)
    return page(request, "invitation.html", **values)


async def _preview(request: Request, token: str) -> schemas.InvitationPreview:
    command = schemas.AnswerInvitation.model_construct(token=SecretStr(token[:1024]))
    return await application(request).use(service.PreviewInvitation)(command, origin(request))


async def _answer(request: Request, token: str, posted: Mapping[str, str]) -> Response:
    words, use, somebody = texts_for(request), application(request).use, origin(request)
    preview = await _preview(request, token)
    answer = schemas.AnswerInvitation(token=SecretStr(token))
    if posted.get("answer") == "decline":
        await use(service.DeclineInvitation)(answer, somebody)
        message = words["invite_declined"]
    else:
        if posted.get("answer") == "register":
            await use(service.RegisterUser)(_registration(preview, token, posted), somebody)
        await _join(request, preview, answer, posted.get("password", ""))
        message = words["invite_done"].format(organization=preview.organization_name)
    title = words["invite_title"].format(organization=preview.organization_name)
    return page(request, "message.html", title=title, message=message, links=[])


def _registration(
    preview: schemas.InvitationPreview, token: str, posted: Mapping[str, str]
) -> schemas.RegisterUser:
    return schemas.RegisterUser.model_validate(
        {
            "email": preview.email,
            "password": posted.get("password", ""),
            "display_name": posted.get("name", "").strip() or None,
            "invitation_token": token,
        }
    )


async def _join(
    request: Request,
    preview: schemas.InvitationPreview,
    answer: schemas.AnswerInvitation,
    password: str,
) -> None:
    """Sign in just to answer: the product signs people in itself, so the session ends again."""
    use, somebody = application(request).use, origin(request)
    tokens = await use(service.LogIn)(
        schemas.LogIn(email=preview.email, password=SecretStr(password)), somebody
    )
    actor: Actor = somebody.model_copy(
        update={"kind": "user", "user_id": tokens.user.id, "session_id": tokens.session_id}
    )
    try:
        await use(service.AcceptInvitation)(answer, actor)
    finally:
        await use(service.LogOut)(schemas.LogOut(), actor)
