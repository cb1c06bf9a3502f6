from http import HTTPStatus

from core.accounts import exceptions
from core.accounts.impersonation import schemas, service
from core.accounts.impersonation.exceptions import ImpersonationRefused
from core.accounts.schemas import TokenPair, UserReference
from core.exceptions import PermissionDenied, SecondFactorRequired
from core.models import UserId
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/admin/users/{user_id}/impersonation", "impersonation")

FOR_OPERATORS = UNKNOWN | problems.responses(PermissionDenied, SecondFactorRequired)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN
    | problems.responses(
        PermissionDenied,
        SecondFactorRequired,
        exceptions.ReauthenticationRequired,
        ImpersonationRefused,
        exceptions.UserNotFound,
    ),
)
async def start_impersonation(
    user_id: UserId,
    body: schemas.Impersonation,
    actor: CurrentActor,
    start: Use[service.StartImpersonation],
) -> TokenPair:
    return await start(schemas.StartImpersonation(user_id=user_id, **body.model_dump()), actor)


@router.delete("", status_code=HTTPStatus.NO_CONTENT, responses=FOR_OPERATORS)
async def stop_impersonation(
    user_id: UserId, actor: CurrentActor, stop: Use[service.StopImpersonation]
) -> None:
    await stop(UserReference(user_id=user_id), actor)
