from http import HTTPStatus
from typing import Annotated

from fastapi import Header, Request

from core.exceptions import NotFound
from core.storage import exceptions, schemas, service
from entrypoints.http import problems
from entrypoints.http.dependencies import Origin, Use
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

router = make_router("/v1/internal/storage/scan-results", "scans", OwnIdempotencyRoute)


@router.post(
    "",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(
        exceptions.ScanSignatureInvalid, exceptions.InvalidState, NotFound
    ),
)
async def record_scan_result(
    result: schemas.ScanResult,
    request: Request,
    origin: Origin,
    record: Use[service.RecordScanResult],
    x_signature: Annotated[
        str, Header(description="`sha256=` and the HMAC-SHA256 of the body, in hex.")
    ] = "",
) -> None:
    told = schemas.ToldScanResult(body=await request.body(), signature=x_signature, result=result)
    await record(told, origin)
