"""Many records at once: batches, files, and who wants to hear of changes."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final, Literal

from fastapi import Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from core.exceptions import InvalidCursor, Unsupported
from core.management.records import constants, exceptions, schemas, service, tables
from core.management.records.models import ImportId
from core.models import Model, OrganizationId
from entrypoints.http import problems
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.management import asking
from entrypoints.http.management.asking import CollectionKey
from entrypoints.http.management.records import ASKED, CHANGED, PREFIX, READ, WRITTEN
from entrypoints.http.routing import LenientRoute, StrictRoute
from entrypoints.http.routing import router as make_router

CSV: Final = "text/csv"
NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
MEDIA: Final = {"csv": f"{CSV}; charset=utf-8", "ndjson": NDJSON}
FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Up to 100,000 rows, in 16 MiB.",
        "content": {
            CSV: {"schema": {"type": "string"}, "example": "title,priority\nPrinter on fire,1\n"},
            NDJSON: {"schema": {"type": "string", "description": "A record a line."}},
            JSON: {
                "schema": {
                    "anyOf": [
                        {"type": "object"},
                        {"type": "array", "items": {"type": "object"}},
                    ],
                    "description": "A record, or many.",
                }
            },
        },
    }
}


class FileUnsupported(Unsupported):
    """A file of records is text/csv, application/x-ndjson, or application/json."""


class LargeRoute(StrictRoute):
    """Takes files."""

    body_limit: ClassVar[int | None] = constants.IMPORT_BYTES


many = make_router(PREFIX, "records", route_class=LargeRoute)
files = make_router(PREFIX, "records", route_class=LenientRoute)


class ImportQuery(Model):
    """`upsert_on` names what tells which record a row is: id, or a unique field."""

    dry_run: bool = False
    upsert_on: Annotated[str, Query(max_length=63)] | None = None
    max_errors: Annotated[int, Query(ge=0, le=1000)] = constants.IMPORT_ERRORS


class ExportQuery(schemas.ExportRecords):
    format: Literal["csv", "ndjson"] = "ndjson"


@many.post("/batch", responses=CHANGED)
async def batch_records(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    command: schemas.BatchChange,
    actor: CurrentActor,
    batch: Use[service.BatchRecords],
) -> schemas.BatchView:
    """Change up to 1,000 records: all or none of them, or with mode partial those that can be."""
    return await batch(schemas.BatchRecords(collection=collection_key, **dict(command)), actor)


@many.post(
    "/import",
    openapi_extra=FILE,
    responses=WRITTEN
    | problems.responses(FileUnsupported, exceptions.ImportRefused)
    | {202: {"model": schemas.ImportView, "description": "A job takes it: see Location."}},
)
async def import_records(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    query: Annotated[ImportQuery, Query()],
    request: Request,
    actor: CurrentActor,
    take: Use[service.ImportRecords],
    response: Response,
) -> schemas.ImportView:
    """Take records from a file; with more than 1,000 rows a job does it, and this answers 202.

    Rows that can't be taken are told; with more than `max_errors` nothing of a small file is kept.
    """
    rows, table = await asyncio.to_thread(_rows, request, await request.body())
    command = schemas.ImportRecords(
        collection=collection_key, rows=rows, table=table, **dict(query)
    )
    taken = await take(command, actor)
    if taken.id is not None:
        response.status_code = HTTPStatus.ACCEPTED
        where = PREFIX.format(organization_id=organization_id, collection_key=collection_key)
        response.headers["Location"] = f"{where}/imports/{taken.id}"
    return taken


@many.get("/imports/{import_id}", responses=READ | problems.responses(exceptions.ImportNotFound))
async def get_import(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    import_id: ImportId,
    actor: CurrentActor,
    get: Use[service.GetImport],
) -> schemas.ImportView:
    """See how far a file is, and what was wrong in it."""
    return await get(schemas.ImportReference(collection=collection_key, import_id=import_id), actor)


@files.get(
    "/export",
    response_class=StreamingResponse,
    openapi_extra=asking.described(ExportQuery),
    responses=ASKED | {200: {"content": {media: {} for media in MEDIA.values()}}},
)
async def export_records(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    request: Request,
    actor: CurrentActor,
    export: Use[service.ExportRecords],
) -> StreamingResponse:
    """Hand out all records that are asked for, as a file that can be taken again."""
    query = asking.question(request, ExportQuery, collection_key)
    found = await export(query, actor)
    name = f'attachment; filename="{collection_key}.{query.format}"'
    return StreamingResponse(
        found.lines(query.format),
        media_type=MEDIA[query.format],
        headers={"Content-Disposition": name},
    )


@many.get(
    "/stream",
    response_class=StreamingResponse,
    responses=READ
    | problems.responses(InvalidCursor)
    | {200: {"content": {"text/event-stream": {}}}},
)
async def watch_records(
    organization_id: OrganizationId,
    collection_key: CollectionKey,
    actor: CurrentActor,
    watch: Use[service.WatchRecords],
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="Where to go on: what was heard of last.")
    ] = None,
) -> StreamingResponse:
    """Be told of changes as they happen, as server-sent events: which record, which version.

    Read it to see what it says. The stream ends after a few minutes: connect again, as browsers do
    by themselves, and nothing is missed.
    """
    asked = schemas.WatchRecords(collection=collection_key, last_event_id=last_event_id)
    told = await watch(asked, actor)

    async def lines() -> AsyncIterator[bytes]:
        yield b"retry: 2000\n\n"
        async for one in told:
            if one is None:
                yield b": still here\n\n"
            else:
                data = to_json(one.model_dump(include={"id", "version"}))
                yield b"id: %b\nevent: %b\ndata: %b\n\n" % (
                    one.event_id.encode(), one.what.encode(), data,
                )  # fmt: skip

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def _rows(request: Request, body: bytes) -> tuple[list[dict[str, Any]], bool]:
    """Return the rows of a file, and whether their values are cells of a table."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in {CSV, NDJSON, JSON}:
        raise FileUnsupported
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise exceptions.ImportRefused("The file is not UTF-8.") from None
    if media == CSV:
        return [dict(one) for one in tables.read(text, constants.IMPORT_ROWS)], True
    read = tables.lines if media == NDJSON else tables.objects
    return read(text, constants.IMPORT_ROWS), False
