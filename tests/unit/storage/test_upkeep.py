"""What storage does by itself: takes up what broke off, scans, compares and mends."""

import hmac
from typing import Any

import pytest

from core.exceptions import NotFound
from core.storage import exceptions, schemas, service
from core.storage.models import Usage, Verdict
from tests import factories
from tests.unit.storage.shelves import SYSTEM, Files

LARGE = b"x" * 20_000_000
SECRET = b"shared with the scanner"


async def told(
    files: Files, object_id: Any, verdict: Verdict, event: str = "1", secret: bytes = SECRET
) -> None:
    """Have a scanner outside say what it found."""
    result = schemas.ScanResult(
        event_id=event,
        organization_id=files.organization_id,
        object_id=object_id,
        verdict=verdict,
    )
    body = result.model_dump_json().encode()
    signature = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
    command = schemas.ToldScanResult(body=body, signature=signature, result=result)
    await files.use(service.RecordScanResult)(command, factories.anonymous())


# --- What broke off -------------------------------------------------------------------------------


async def interrupted(files: Files, data: bytes, *, sent: bool = True) -> schemas.OpenedUpload:
    """Leave an object verifying, as a process does that dies over it."""
    opened = await files.announce(data)
    if sent:
        await files.send(opened, data)
    row = await files.row(opened.object.id)
    assert await files.container.objects().move(row, row.moved("verifying", files.clock.now()))
    return opened


async def test_a_verification_that_broke_off_is_taken_up(files: Files) -> None:
    opened = await interrupted(files, b"hello")
    assert await files.resume() == 0
    files.clock.forward(minutes=2)

    assert await files.resume() == 1

    assert (await files.row(opened.object.id)).status == "available"
    assert files.usage == (5, 0, 1)


async def test_one_without_bytes_is_open_again(files: Files) -> None:
    opened = await interrupted(files, b"hello", sent=False)
    files.clock.forward(minutes=2)

    await files.resume()

    assert (await files.row(opened.object.id)).status == "pending"
    await files.send(opened, b"hello")
    assert (await files.complete(opened)).status == "available"


async def test_one_whose_bytes_are_wrong_is_rejected_and_does_not_stop_others(files: Files) -> None:
    wrong = await interrupted(files, b"hello")
    key = (await files.row(wrong.object.id)).key
    data, at = files.container.shelf().objects[key]
    files.container.shelf().objects[key] = data + b"!", at
    right = await interrupted(files, b"hello")
    files.clock.forward(minutes=2)

    await files.resume()

    assert (await files.row(wrong.object.id)).status == "rejected"
    assert (await files.row(right.object.id)).status == "available"
    assert files.usage == (5, 0, 1)


async def test_parts_that_the_store_keeps_for_days_are_forgotten(files: Files) -> None:
    await files.announce(LARGE)
    abort = files.use(service.AbortStaleMultiparts)
    assert await abort(schemas.AbortStaleMultiparts(), SYSTEM) == 0
    files.clock.forward(hours=25)

    assert await abort(schemas.AbortStaleMultiparts(), SYSTEM) == 1
    assert files.container.shelf().uploads == {}


async def test_a_large_upload_that_ran_out_frees_its_room_and_its_parts(files: Files) -> None:
    await files.announce(LARGE)
    files.clock.forward(hours=24)

    assert await files.expire() == 1
    files.clock.forward(minutes=5)
    assert await files.purge() == 1

    assert files.usage == (0, 0, 0)
    assert files.container.shelf().uploads == {}


# --- Scans ----------------------------------------------------------------------------------------


async def test_a_bucket_can_not_ask_for_scans_where_nobody_scans(files: Files) -> None:
    create = files.use(service.CreateBucket)
    config = create.storage_config.model_copy(update={"scanner": "none"})
    unscanned = service.CreateBucket(**vars(create) | {"storage_config": config})

    with pytest.raises(exceptions.ScannerMissing):
        await unscanned(schemas.CreateBucket(name="safe", scan_policy="required"), files.owner)


async def test_what_must_be_scanned_first_waits_for_the_verdict(files: Files) -> None:
    await files.bucket("safe", scan_policy="required")
    clean, bad = [await files.upload(bucket="safe") for _ in range(2)]
    assert (clean.status, files.published) == ("scanning", [])
    assert files.usage == (10, 0, 2)

    await told(files, clean.id, "clean")
    await told(files, clean.id, "infected")  # the same event once more
    await told(files, bad.id, "infected", "2")

    assert (await files.look(clean.id)).status == "available"
    assert (await files.look(bad.id)).status == "quarantined"
    assert files.published == ["storage.object_available", "storage.object_quarantined"]
    with pytest.raises(exceptions.ObjectQuarantined):
        await files.use(service.MakeDownloadUrl)(schemas.MakeDownloadUrl(id=bad.id), files.owner)


async def test_what_is_scanned_meanwhile_is_shut_away_when_something_is_found(
    files: Files,
) -> None:
    await files.bucket("quick", scan_policy="async")
    stored = await files.upload(bucket="quick")
    assert stored.status == "available"

    await told(files, stored.id, "error")
    assert (await files.look(stored.id)).status == "available"
    await told(files, stored.id, "infected", "2")

    assert (await files.look(stored.id)).status == "quarantined"
    await files.delete(stored)
    restored = await files.use(service.RestoreObject)(
        schemas.ObjectReference(id=stored.id), files.owner
    )
    assert restored.status == "quarantined"


async def test_a_verdict_is_taken_from_nobody_but_the_scanner(files: Files) -> None:
    stored = await files.upload()

    with pytest.raises(exceptions.ScanSignatureInvalid):
        await told(files, stored.id, "infected", secret=b"made up")


async def test_a_verdict_about_nothing_is_refused(files: Files) -> None:
    with pytest.raises(NotFound):
        await told(files, factories.new_id(), "clean")


async def test_a_scan_that_nobody_answered_is_asked_for_again(files: Files) -> None:
    await files.bucket("safe", scan_policy="required")
    stored = await files.upload(bucket="safe")
    files.forget()
    files.clock.forward(minutes=16)

    await files.resume()

    [job] = [one for one in files.jobs if isinstance(one, schemas.ScanObject)]
    assert job.object_id == stored.id
    await files.use(service.ScanObject)(job, SYSTEM)  # nobody can tell: it goes on waiting
    assert (await files.look(stored.id)).status == "scanning"


# --- Comparing ------------------------------------------------------------------------------------


async def test_sums_that_are_wrong_are_mended_and_that_is_written_down(files: Files) -> None:
    await files.upload()
    reconcile = files.use(service.ReconcileUsage)
    assert await reconcile(schemas.ReconcileUsage(), SYSTEM) == 0
    table = files.container.store().table(Usage)
    table[files.organization_id] = table[files.organization_id].evolve(used=99, reserved=1)

    assert await reconcile(schemas.ReconcileUsage(), SYSTEM) == 1

    assert files.usage == (5, 0, 1)
    assert files.actions[-1] == "storage.usage_corrected"


async def test_bytes_that_are_nobodys_and_files_without_bytes_are_found(files: Files) -> None:
    shelf, scan = files.container.shelf(), files.use(service.ReconcileOrphans)
    kept, lost = await files.upload(), await files.upload()
    await files.announce()
    del shelf.objects[(await files.row(lost.id)).key]
    shelf.put("o/0/stray", b"x")
    assert (await scan(schemas.ReconcileOrphans(), SYSTEM)).strays == 0
    files.clock.forward(hours=25)
    shelf.put("o/f/fresh", b"x")

    report = await scan(schemas.ReconcileOrphans(), SYSTEM)
    assert (report.strays, report.missing, report.deleted) == (1, 1, False)
    assert "o/0/stray" in files.keys
    await scan(schemas.ReconcileOrphans(delete=True), SYSTEM)

    assert files.keys == {(await files.row(kept.id)).key, "o/f/fresh"}
    assert files.actions[-1] == "storage.orphans_found"


# --- The end of an organization -------------------------------------------------------------------


async def test_an_organizations_bytes_go_with_it_and_nobody_elses(files: Files) -> None:
    mine = await files.upload()
    await files.announce(LARGE)
    stranger = await files.organization()
    await files.bucket("docs", stranger)
    opened = await files.announce(b"theirs", actor=stranger)
    await files.send(opened, b"theirs")
    erase = files.container.organization_files()
    assert (await files.row(mine.id)).key in files.keys

    for _ in range(2):
        await erase.erase(files.organization_id)

    assert {key.split("/")[1] for key in files.keys} == {stranger.require_organization().hex}
    assert files.container.shelf().uploads == {}
