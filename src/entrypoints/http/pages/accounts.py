from typing import Final

from fastapi import Request, Response

from core.accounts import schemas, service
from entrypoints.http.pages import rendering
from entrypoints.http.pages.forms import EMAIL, NEW_PASSWORD, TOKEN, Form, answered, opened
from entrypoints.http.pages.rendering import READ, message, words

router = rendering.router()

VERIFY: Final = Form(
    "verify",
    "/verify-email",
    (TOKEN,),
    service.VerifyEmail,
    schemas.VerifyEmail,
    renew="/resend-verification",
)
RESEND: Final = Form(
    "resend",
    "/resend-verification",
    (EMAIL,),
    service.ResendVerification,
    schemas.ResendVerification,
)
CONFIRM: Final = Form(
    "confirm_email",
    "/confirm-email",
    (TOKEN,),
    service.ConfirmEmailChange,
    schemas.ConfirmEmailChange,
)
RESET: Final = Form(
    "reset",
    "/reset-password",
    (TOKEN, NEW_PASSWORD),
    service.ResetPassword,
    schemas.ResetPassword,
    renew="/forgot-password",
)
FORGOT: Final = Form(
    "forgot",
    "/forgot-password",
    (EMAIL,),
    service.RequestPasswordReset,
    schemas.RequestPasswordReset,
)


@router.api_route(VERIFY.path, methods=READ)
async def ask_to_verify(request: Request) -> Response:
    return opened(request, VERIFY)


@router.post(VERIFY.path)
async def verify(request: Request) -> Response:
    return await answered(request, VERIFY)


@router.api_route(CONFIRM.path, methods=READ)
async def ask_to_confirm(request: Request) -> Response:
    return opened(request, CONFIRM)


@router.post(CONFIRM.path)
async def confirm_email(request: Request) -> Response:
    return await answered(request, CONFIRM)


@router.api_route(RESEND.path, methods=READ)
async def ask_for_another_link(request: Request) -> Response:
    return opened(request, RESEND)


@router.post(RESEND.path)
async def resend_verification(request: Request) -> Response:
    return await answered(request, RESEND)


@router.api_route(FORGOT.path, methods=READ)
async def ask_for_address(request: Request) -> Response:
    return opened(request, FORGOT)


@router.post(FORGOT.path)
async def forgot_password(request: Request) -> Response:
    return await answered(request, FORGOT)


@router.api_route(RESET.path, methods=READ)
async def ask_for_password(request: Request) -> Response:
    return opened(request, RESET)


@router.post(RESET.path)
async def reset_password(request: Request) -> Response:
    return await answered(request, RESET)


@router.api_route("/mail-login", methods=READ)
async def explain_mail_login(request: Request) -> Response:
    """Say what to do: a session belongs to the product, and this page could not hand it over."""
    said = words(request)["mail_login"]
    return message(request, said["title"], said["about"])
