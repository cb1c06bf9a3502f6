from typing import Final

from fastapi import Request, Response

from core.accounts.privacy import schemas, service
from entrypoints.http.pages import rendering
from entrypoints.http.pages.forms import TOKEN, Form, answered, opened
from entrypoints.http.pages.rendering import READ

router = rendering.router()

RESTORE: Final = Form(
    "restore",
    "/restore-account",
    (TOKEN,),
    service.RestoreAccount,
    schemas.RestoreAccount,
)


@router.api_route(RESTORE.path, methods=READ)
async def ask_to_restore(request: Request) -> Response:
    return opened(request, RESTORE)


@router.post(RESTORE.path)
async def restore_account(request: Request) -> Response:
    return await answered(request, RESTORE)
