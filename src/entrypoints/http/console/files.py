"""Buckets and what is in them."""

from http import HTTPStatus
from typing import Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from core.storage import constants, schemas, service
from core.storage.models import ObjectId
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

FILES: Final = f"{TENANT}/files"
FILE: Final = f"{FILES}/{{object_id}}"
BUCKETS: Final = f"{TENANT}/buckets"
STATUSES: Final = ("available", "quarantined", "rejected", "deleted", "pending")


@router.get(FILES)
async def list_files(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListObjects)
    found = await visit.use(service.ListObjects)(query, visit.actor)
    usage, buckets = None, []
    if visit.actor.may(constants.BUCKETS_READ):
        usage = await visit.use(service.GetUsage)(None, visit.actor)
        buckets = (await visit.use(service.ListBuckets)(None, visit.actor)).items
    return visit.page(
        "files.html",
        found=found,
        older=older(request, found.next_cursor),
        usage=usage,
        buckets=buckets,
        query=query,
        statuses=STATUSES,
    )


@router.post(BUCKETS)
@beside(list_files)
async def create_bucket(request: Request) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.CreateBucket)
    made = await visit.use(service.CreateBucket)(command, visit.actor)
    return visit.leave(visit.path("/files"), f"The bucket {made.name} is there.")


@question(
    router,
    f"{BUCKETS}/{{bucket}}/delete",
    title="Delete this bucket?",
    about="Only one that is empty can be deleted.",
    button="Delete the bucket",
    back=FILES,
)
async def delete_bucket(request: Request, bucket: str) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.BucketReference, name=bucket)
    await visit.use(service.DeleteBucket)(command, visit.actor)
    return visit.leave(visit.path("/files"), f"The bucket {bucket} is gone.")


@router.get(FILE)
async def show_file(request: Request, object_id: ObjectId) -> Response:
    visit = here(request)
    found = await visit.use(service.GetObject)(schemas.ObjectReference(id=object_id), visit.actor)
    return visit.page("file.html", file=found)


@router.get(f"{FILE}/download")
async def download(request: Request, object_id: ObjectId) -> Response:
    """Lead to the file by a link that holds for moments."""
    visit = here(request)
    options = schemas.DownloadOptions(expires_in=60, disposition="attachment")
    command = schemas.MakeDownloadUrl(id=object_id, options=options)
    made = await visit.use(service.MakeDownloadUrl)(command, visit.actor)
    return RedirectResponse(made.url, HTTPStatus.SEE_OTHER)


async def _filename(request: Request) -> str:
    visit = here(request)
    named = {"id": request.path_params["object_id"]}
    reference = schemas.ObjectReference.model_validate(named)
    return (await visit.use(service.GetObject)(reference, visit.actor)).filename


@question(
    router,
    f"{FILE}/delete",
    title="Delete this file?",
    about="Nobody can download it any more. For some days it can be restored.",
    button="Delete the file",
    back=FILE,
    subject=_filename,
)
async def delete_file(request: Request, object_id: ObjectId) -> Response:
    visit = here(request)
    await visit.use(service.DeleteObject)(schemas.ObjectReference(id=object_id), visit.actor)
    return visit.leave(visit.path("/files"), "The file is deleted.")


@router.post(f"{FILE}/restore")
@beside(show_file)
async def restore_file(request: Request, object_id: ObjectId) -> Response:
    visit = here(request)
    reference = schemas.ObjectReference(id=object_id)
    found = await visit.use(service.RestoreObject)(reference, visit.actor)
    return visit.leave(visit.path(f"/files/{object_id}"), f"{found.filename} is back.")
