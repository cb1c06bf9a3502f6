"""Files once they are there: found, renamed, handed out, copied, deleted and brought back."""

from datetime import timedelta
from typing import Any

import pytest

from core.exceptions import IdempotencyKeyReused, PermissionDenied, VersionMismatch
from core.models import Actor
from core.storage import exceptions, schemas, service
from core.storage.models import Content
from tests import factories
from tests.unit.storage.shelves import PNG, Files


async def listed(files: Files, actor: Actor | None = None, **query: Any) -> list[str]:
    page = await files.use(service.ListObjects)(
        schemas.ListObjects.model_validate(query), actor or files.owner
    )
    return [one.filename for one in page.items]


async def read(content: Content, start: int = 0, stop: int | None = None) -> bytes:
    stream = content.stream(start, content.size if stop is None else stop)
    return b"".join([chunk async for chunk in stream])


async def change(
    files: Files, stored: schemas.ObjectView, version: int | None = None, **fields: Any
) -> schemas.ObjectView:
    command = schemas.UpdateObject(
        id=stored.id, changes=schemas.ObjectChanges(**fields), expected_version=version
    )
    return await files.use(service.UpdateObject)(command, files.owner)


async def download(files: Files, stored: schemas.ObjectView, **options: Any) -> Content:
    """Ask for an address and go there, as whoever has it."""
    command = schemas.MakeDownloadUrl(
        id=stored.id, options=schemas.DownloadOptions.model_validate(options)
    )
    signed = await files.use(service.MakeDownloadUrl)(command, files.owner)
    token = signed.url.rpartition("/")[2]
    return await files.use(service.GetByGrant)(
        schemas.GetByGrant(token=token), factories.anonymous()
    )


async def restore(files: Files, stored: schemas.ObjectView) -> schemas.ObjectView:
    reference = schemas.ObjectReference(id=stored.id)
    return await files.use(service.RestoreObject)(reference, files.owner)


async def copy(
    files: Files, stored: schemas.ObjectView, key: str | None = None, **target: Any
) -> schemas.ObjectView:
    command = schemas.CopyObject(
        id=stored.id, target=schemas.CopyTarget(**target), idempotency_key=key
    )
    return await files.use(service.CopyObject)(command, files.owner)


async def test_files_are_found_by_what_is_known_of_them(files: Files) -> None:
    await files.bucket("other")
    await files.upload(filename="Report 2025.txt")
    await files.upload(PNG, filename="photo.png", content_type="image/png")
    files.clock.forward(hours=1)
    late = files.clock.now() - timedelta(minutes=1)
    await files.upload(filename="report 2026.txt", bucket="other")
    await files.announce(filename="coming.txt")

    assert await listed(files) == ["coming.txt", "report 2026.txt", "photo.png", "Report 2025.txt"]
    assert await listed(files, bucket="docs", status="available") == [
        "photo.png",
        "Report 2025.txt",
    ]
    assert await listed(files, q="REPORT") == ["report 2026.txt", "Report 2025.txt"]
    assert await listed(files, type="image/png") == ["photo.png"]
    assert await listed(files, created_after=late.isoformat()) == ["coming.txt", "report 2026.txt"]
    assert await listed(files, status="pending") == ["coming.txt"]
    assert await listed(files, await files.organization()) == []
    with pytest.raises(exceptions.BucketNotFound):
        await listed(files, bucket="missing")


async def test_a_list_goes_on_where_it_ended(files: Files) -> None:
    for number in range(5):
        await files.upload(filename=f"{number}.txt")

    first = await files.use(service.ListObjects)(schemas.ListObjects(limit=3), files.owner)
    rest = await listed(files, limit=3, cursor=first.next_cursor)

    assert [one.filename for one in first.items] == ["4.txt", "3.txt", "2.txt"]
    assert rest == ["1.txt", "0.txt"]


async def test_a_name_and_metadata_change_but_not_under_somebody_else(files: Files) -> None:
    stored = await files.upload(metadata={"a": 1})

    renamed = await change(files, stored, stored.version, filename="new.txt")
    tagged = await change(files, renamed, metadata={"b": [2]})

    assert (tagged.filename, tagged.metadata) == ("new.txt", {"b": [2]})
    with pytest.raises(VersionMismatch):
        await change(files, stored, stored.version, filename="late.txt")
    assert files.actions[-2:] == ["object.updated"] * 2


async def test_what_is_not_there_yet_is_not_renamed(files: Files) -> None:
    opened = await files.announce()

    with pytest.raises(exceptions.InvalidState):
        await change(files, opened.object, filename="new.txt")


async def test_a_signed_address_hands_out_the_bytes_for_a_while(files: Files) -> None:
    stored = await files.upload(PNG, filename="photo.png", content_type="image/png")

    content = await download(files, stored)

    assert await read(content) == PNG
    assert await read(content, 1, 4) == b"PNG"
    assert content.content_type == "image/png"
    assert content.content_disposition == 'inline; filename="photo.png"'
    saved = await download(files, stored, disposition="attachment", filename="my pic.png")
    assert saved.content_disposition == 'attachment; filename="my pic.png"'


async def test_an_address_runs_out(files: Files) -> None:
    stored = await files.upload()
    command = schemas.MakeDownloadUrl(id=stored.id, options=schemas.DownloadOptions(expires_in=60))
    signed = await files.use(service.MakeDownloadUrl)(command, files.owner)
    assert signed.expires_at == files.clock.now() + timedelta(seconds=60)
    files.clock.forward(seconds=60)

    with pytest.raises(exceptions.SignatureRefused):
        await files.use(service.GetByGrant)(
            schemas.GetByGrant(token=signed.url.rpartition("/")[2]), factories.anonymous()
        )


async def test_an_address_is_good_for_one_thing_alone(files: Files) -> None:
    opened = await files.announce()
    assert opened.upload.request is not None
    token = opened.upload.request.url.rpartition("/")[2]

    with pytest.raises(exceptions.SignatureRefused):
        await files.use(service.GetByGrant)(schemas.GetByGrant(token=token), factories.anonymous())
    stored = await files.upload()
    command = schemas.MakeDownloadUrl(id=stored.id)
    signed = await files.use(service.MakeDownloadUrl)(command, files.owner)
    with pytest.raises(exceptions.SignatureRefused):
        await files.put(signed.url, b"hello", **opened.upload.request.headers)


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"hello!", {}),
        (b"hell", {}),
        (b"hello", {"Content-Type": "text/html"}),
        (b"hello", {"If-None-Match": ""}),
        (b"hello", {"x-amz-checksum-sha256": "x"}),
    ],
)
async def test_a_signed_address_takes_the_signed_request_alone(
    files: Files, data: bytes, headers: dict[str, str]
) -> None:
    opened = await files.announce()
    request = opened.upload.request
    assert request is not None

    with pytest.raises(exceptions.SignatureRefused):
        await files.put(request.url, data, **(request.headers | headers))

    assert files.keys == set()


async def test_bytes_are_put_once(files: Files) -> None:
    opened = await files.announce()
    await files.send(opened, b"hello")

    with pytest.raises(exceptions.ObjectExists):
        await files.send(opened, b"jello")


async def test_many_addresses_at_once_fail_one_by_one(files: Files) -> None:
    there, pending = await files.upload(), (await files.announce()).object
    foreign = factories.new_id()
    command = schemas.MakeDownloadUrls.model_validate({"ids": [there.id, pending.id, foreign]})

    told = await files.use(service.MakeDownloadUrls)(command, files.owner)

    assert [one.code for one in told.results] == [None, "object_not_available", "object_not_found"]
    assert [one.url is not None for one in told.results] == [True, False, False]


async def test_a_public_bucket_shows_its_files_to_anybody_until_it_is_private_again(
    files: Files,
) -> None:
    bucket = await files.bucket("site", visibility="public")
    stored = await files.upload(bucket="site")
    private = await files.upload()
    public = schemas.PublicReference(bucket_id=bucket.id, id=stored.id)
    look = files.use(service.OpenPublicContent)

    assert await read(await look(public, factories.anonymous())) == b"hello"
    for hidden in (
        schemas.PublicReference(bucket_id=bucket.id, id=private.id),
        schemas.PublicReference.model_validate({"bucket_id": bucket.id, "id": bucket.id}),
    ):
        with pytest.raises(exceptions.ObjectNotFound):
            await look(hidden, factories.anonymous())
    await files.use(service.UpdateBucket)(
        schemas.UpdateBucket(name="site", changes=schemas.BucketChanges(visibility="private")),
        files.owner,
    )
    with pytest.raises(exceptions.ObjectNotFound):
        await look(public, factories.anonymous())


async def test_a_copy_is_a_file_of_its_own_and_counts(files: Files) -> None:
    await files.bucket("other")
    stored = await files.upload(metadata={"a": 1})

    copied = await copy(files, stored, bucket="other", filename="copy.txt")

    assert (copied.bucket, copied.filename, copied.metadata) == ("other", "copy.txt", {"a": 1})
    assert files.usage == (10, 0, 2)
    await files.delete(stored)
    files.clock.forward(days=8)
    await files.purge()
    content = await files.use(service.OpenContent)(
        schemas.ObjectReference(id=copied.id), files.owner
    )
    assert await read(content) == b"hello"


async def test_repeating_a_request_makes_one_copy(files: Files) -> None:
    stored = await files.upload()

    first = await copy(files, stored, "once")

    assert await copy(files, stored, "once") == first
    assert files.usage == (10, 0, 2)
    with pytest.raises(IdempotencyKeyReused):
        await copy(files, stored, "once", filename="other.txt")
    with pytest.raises(IdempotencyKeyReused):
        await files.announce(key="once")


async def test_a_copy_obeys_the_bucket_it_goes_to(files: Files) -> None:
    await files.bucket("pictures", allowed_types=("image/*",))
    stored = await files.upload()

    with pytest.raises(exceptions.ContentTypeNotAllowed):
        await copy(files, stored, bucket="pictures")
    files.writer.down = True
    with pytest.raises(exceptions.StoreUnavailable):
        await copy(files, stored)
    assert files.usage == (5, 0, 1)


async def test_a_deleted_file_counts_and_can_be_restored_until_it_is_purged(files: Files) -> None:
    stored = await files.upload()

    await files.delete(stored)
    await files.delete(stored)

    assert files.usage == (5, 0, 1)
    assert await listed(files) == []
    assert await listed(files, status="deleted") == ["notes.txt"]
    with pytest.raises(exceptions.ObjectNotAvailable):
        await download(files, stored)
    assert (await restore(files, stored)).status == "available"
    await files.delete(stored)
    files.clock.forward(days=8)
    assert await files.purge() == 1
    assert (files.usage, files.keys) == ((0, 0, 0), set())
    with pytest.raises(exceptions.ObjectNotFound):
        await restore(files, stored)
    assert (await files.row(stored.id)).status == "purged"


async def test_bytes_that_can_not_be_removed_now_are_later_and_nothing_is_restored_meanwhile(
    files: Files,
) -> None:
    stored = await files.upload()
    await files.delete(stored)
    files.clock.forward(days=8)
    files.writer.down = True

    assert await files.purge() == 0
    assert (await files.row(stored.id)).purge_attempts == 1
    with pytest.raises(exceptions.InvalidState):
        await restore(files, stored)
    files.writer.down = False
    assert await files.purge() == 0
    files.clock.forward(minutes=6)
    assert await files.purge() == 1
    assert (files.usage, files.keys) == ((0, 0, 0), set())


async def test_a_bucket_goes_once_it_is_empty_and_takes_restoring_with_it(files: Files) -> None:
    stored = await files.upload()
    remove = files.use(service.DeleteBucket)
    docs = schemas.BucketReference(name="docs")
    with pytest.raises(exceptions.BucketNotEmpty):
        await remove(docs, files.owner)

    await files.delete(stored)
    await remove(docs, files.owner)

    with pytest.raises(exceptions.BucketNotFound):
        await restore(files, stored)
    await files.bucket("docs")
    assert await listed(files, bucket="docs") == []


async def test_usage_is_told_with_the_limit_that_holds(files: Files) -> None:
    await files.upload()
    show = files.use(service.GetUsage)

    before = await show(None, files.owner)
    command = schemas.SetQuota(organization_id=files.organization_id, quota=schemas.Quota(limit=7))
    with pytest.raises(PermissionDenied):
        await files.use(service.SetQuota)(command, files.owner)
    await files.use(service.SetQuota)(command, Actor(kind="cli"))

    assert (before.limit, before.used, before.reserved, before.objects) == (10**9, 5, 0, 1)
    assert (await show(None, files.owner)).limit == 7


async def test_buckets_have_names_of_their_own_and_rules_that_change(files: Files) -> None:
    with pytest.raises(exceptions.BucketExists):
        await files.bucket("docs")
    changes = schemas.BucketChanges(allowed_types=("text/*",), scan_policy="async")
    command = schemas.UpdateBucket(name="docs", changes=changes, expected_version=1)

    changed = await files.use(service.UpdateBucket)(command, files.owner)

    assert (changed.allowed_types, changed.version) == (("text/*",), 2)
    with pytest.raises(VersionMismatch):
        await files.use(service.UpdateBucket)(command, files.owner)
    shown = await files.use(service.GetBucket)(schemas.BucketReference(name="docs"), files.owner)
    assert shown == changed
    page = await files.use(service.ListBuckets)(None, files.owner)
    assert [one.name for one in page.items] == ["docs"]


@pytest.mark.parametrize("role", ["viewer", "billing", "member"])
async def test_only_who_may_touches_buckets(files: Files, role: str) -> None:
    with pytest.raises(PermissionDenied):
        await files.bucket("mine", files.as_role(role))
    with pytest.raises(PermissionDenied):
        await files.use(service.DeleteBucket)(
            schemas.BucketReference(name="docs"), files.as_role(role)
        )


async def test_another_organizations_files_are_not_there(files: Files) -> None:
    stored, stranger = await files.upload(), await files.organization()
    reference = schemas.ObjectReference(id=stored.id)
    changes = schemas.ObjectChanges(filename="x")

    for asked in (
        files.use(service.GetObject)(reference, stranger),
        files.use(service.DeleteObject)(reference, stranger),
        files.use(service.RestoreObject)(reference, stranger),
        files.use(service.OpenContent)(reference, stranger),
        files.use(service.CopyObject)(
            schemas.CopyObject(id=stored.id, target=schemas.CopyTarget()), stranger
        ),
        files.use(service.MakeDownloadUrl)(schemas.MakeDownloadUrl(id=stored.id), stranger),
        files.use(service.UpdateObject)(
            schemas.UpdateObject(id=stored.id, changes=changes), stranger
        ),
    ):
        with pytest.raises(exceptions.ObjectNotFound):
            await asked
