"""Nouns of one's own: what they are made of, and their records."""

from typing import Any, Final

from fastapi import Request, Response

from core.management.collections import schemas, service
from core.management.records import schemas as records_schemas
from core.management.records import service as records
from core.management.records.models import RecordId
from core.models import PageRequest
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.inputs import changed, inputs
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here
from entrypoints.http.pages.forms import Posted

router = make_router()

COLLECTIONS: Final = f"{TENANT}/collections"
COLLECTION: Final = f"{COLLECTIONS}/{{collection}}"
RECORD: Final = f"{COLLECTION}/records/{{record_id}}"
COLUMNS: Final = 5


@router.get(COLLECTIONS)
async def list_collections(request: Request) -> Response:
    visit = here(request)
    query = schemas.ListCollections(**dict(asked(request, PageRequest)))
    found = await visit.use(service.ListCollections)(query, visit.actor)
    templates = await visit.use(service.ListCollectionTemplates)(None, visit.actor)
    return visit.page(
        "collections.html",
        found=found,
        older=older(request, found.next_cursor),
        templates=templates.items,
    )


@router.post(f"{COLLECTIONS}/templates/{{name}}")
@beside(list_collections)
async def begin_with(request: Request, name: str) -> Response:
    """Make the collections of a template; what is there already stays."""
    visit = here(request)
    found = await visit.use(service.ListCollectionTemplates)(None, visit.actor)
    wanted = [one for one in found.items if one.name == name]
    definitions = tuple(made for one in wanted for made in one.collections)
    command = schemas.ApplyCollections(collections=definitions)
    await visit.use(service.ApplyCollections)(command, visit.actor)
    return visit.leave(visit.path("/collections"), f"The collections of {name} are there.")


@router.get(COLLECTION)
async def list_records(request: Request, collection: str) -> Response:
    visit = here(request)
    kind = await _collection(visit, collection)
    told = {name: one for name, one in request.query_params.items() if one}
    query = Posted(told).command(records_schemas.ListRecords, collection=collection)
    found = await visit.use(records.ListRecords)(query, visit.actor)
    columns = [one for one in kind.fields if not one.hidden][:COLUMNS]
    return visit.page(
        "records.html",
        kind=kind,
        found=found,
        older=older(request, found.next_cursor),
        columns=columns,
        query=query,
    )


@router.get(f"{COLLECTION}/definition")
async def show_definition(request: Request, collection: str) -> Response:
    visit = here(request)
    return visit.page("collection.html", kind=await _collection(visit, collection))


@router.get(f"{COLLECTION}/new")
async def ask_for_record(request: Request, collection: str) -> Response:
    visit = here(request)
    kind = await _collection(visit, collection)
    return visit.page("record_new.html", kind=kind, inputs=inputs(visit, kind))


@router.post(f"{COLLECTION}/new")
@beside(ask_for_record)
async def create_record(request: Request, collection: str) -> Response:
    visit = here(request)
    kind = await _collection(visit, collection)
    data = changed(visit, inputs(visit, kind, again=False))
    command = records_schemas.CreateRecord(collection=collection, data=data)
    made = await visit.use(records.CreateRecord)(command, visit.actor)
    at = visit.path(f"/collections/{collection}/records/{made.id}")
    return visit.leave(at, "The record is there.")


@router.get(RECORD)
async def show_record(request: Request, collection: str, record_id: RecordId) -> Response:
    visit = here(request)
    kind = await _collection(visit, collection)
    about = {"collection": collection, "record_id": record_id}
    told = records_schemas.GetRecord.model_validate(about)
    found = await visit.use(records.GetRecord)(told, visit.actor)
    asked = records_schemas.ListRecordHistory.model_validate(about)
    history = await visit.use(records.ListRecordHistory)(asked, visit.actor)
    return visit.page(
        "record.html",
        kind=kind,
        view=found,
        inputs=inputs(visit, kind, found.record),
        history=history.items,
    )


@router.post(f"{RECORD}/change")
@beside(show_record)
async def change_record(request: Request, collection: str, record_id: RecordId) -> Response:
    """Change what was changed, unless somebody else was faster."""
    visit = here(request)
    kind = await _collection(visit, collection)
    about = {"collection": collection, "record_id": record_id}
    reference = records_schemas.GetRecord.model_validate(about)
    before = await visit.use(records.GetRecord)(reference, visit.actor)
    patch = changed(visit, inputs(visit, kind, before.record, again=False))
    command = _expecting(visit, records_schemas.UpdateRecord, patch=patch, **about)
    await visit.use(records.UpdateRecord)(command, visit.actor)
    at = visit.path(f"/collections/{collection}/records/{record_id}")
    return visit.leave(at, "The record is changed.")


@router.post(f"{RECORD}/revert")
@beside(show_record)
async def revert_record(request: Request, collection: str, record_id: RecordId) -> Response:
    visit = here(request)
    about = {"collection": collection, "record_id": record_id}
    to = visit.sent.values.get("to")
    command = _expecting(visit, records_schemas.RevertRecord, version=to, **about)
    await visit.use(records.RevertRecord)(command, visit.actor)
    at = visit.path(f"/collections/{collection}/records/{record_id}")
    return visit.leave(at, f"It says again what version {to} said.")


def _expecting[C: records_schemas.Of](visit: Visit, schema: type[C], **about: Any) -> C:
    """Make a command that is refused if the record is not any more what was shown."""
    expected = visit.sent.values.get("read")
    return Posted({}, visit.sent.unfit).command(schema, expected_version=expected, **about)


@question(
    router,
    f"{RECORD}/delete",
    title="Delete this record?",
    about="It is in no list any more. It can be restored by the API and at a terminal.",
    button="Delete the record",
    back=RECORD,
)
async def delete_record(request: Request, collection: str, record_id: RecordId) -> Response:
    visit = here(request)
    command = records_schemas.DeleteRecord(
        collection=collection, record_id=record_id, unconditional=True
    )
    await visit.use(records.DeleteRecord)(command, visit.actor)
    return visit.leave(visit.path(f"/collections/{collection}"), "The record is deleted.")


async def _collection(visit: Visit, key: str) -> schemas.CollectionView:
    reference = Posted({}).command(schemas.CollectionReference, key=key)
    return await visit.use(service.GetCollection)(reference, visit.actor)
