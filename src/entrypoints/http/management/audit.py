"""The audit log as a file, as it is read."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from fastapi.responses import StreamingResponse

from core.audit import AuditEvent
from core.management.operations import schemas, service
from core.models import OrganizationId
from entrypoints.auditing import MEDIA, written
from entrypoints.http.accounts.admin import OPERATOR
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

organization = make_router("/v1/organizations/{organization_id}/audit-events", "audit")
platform = make_router("/v1/admin/audit-events", "platform_audit")

FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {media: {} for media in MEDIA.values()}}
}


class ExportQuery(schemas.ExportAudit):
    format: Literal["ndjson", "csv"] = "ndjson"


@organization.get("/export", response_class=StreamingResponse, responses=TENANT | FILE)
async def export_audit_events(
    organization_id: OrganizationId,
    query: Annotated[ExportQuery, Query()],
    actor: CurrentActor,
    export: Use[service.ExportAuditEvents],
) -> StreamingResponse:
    """Hand out who did what in the organization, a line each, the newest first."""
    return _streamed(await export(query, actor), query.format)


@platform.get("/export", response_class=StreamingResponse, responses=OPERATOR | FILE)
async def export_platform_audit(
    query: Annotated[ExportQuery, Query()],
    actor: CurrentActor,
    export: Use[service.ExportPlatformAudit],
) -> StreamingResponse:
    """Hand out who did what in all organizations and in none, a line each, the newest first."""
    return _streamed(await export(query, actor), query.format)


def _streamed(pages: AsyncIterator[list[AuditEvent]], how: str) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        yield written((), how, header=True)
        async for page in pages:
            yield written(page, how, header=False)

    headers = {"Content-Disposition": f'attachment; filename="audit-events.{how}"'}
    return StreamingResponse(lines(), media_type=MEDIA[how], headers=headers)
