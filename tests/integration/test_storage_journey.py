"""Files over HTTP, on disk and on a real S3 server: what clients do, and what attackers try."""

import hashlib
import os
import signal
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.files import Files, code, sent
from tests.integration.service import PATIENCE, Service

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
PART = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def service(file_service: Service) -> Service:
    return file_service


@pytest.fixture(scope="module")
def files(service: Service) -> Files:
    return Files(service)


def test_a_browser_uploads_a_picture_and_sees_it(files: Files) -> None:
    digest = b64encode(hashlib.sha256(PNG).digest()).decode()
    opened = files.announce(
        PNG, filename="Me.png", content_type="image/png", checksum_sha256=digest
    )
    assert opened["object"]["status"] == "pending"
    assert opened["upload"]["method"] == "put"

    assert code(files.complete(opened)) == (409, "bytes_missing")
    assert sent(opened, PNG).status_code == 200
    completed = files.complete(opened)
    again = files.complete(opened)

    assert (completed.status_code, again.json()) == (200, completed.json())
    stored = completed.json()
    assert (stored["status"], stored["detected_type"]) == ("available", "image/png")
    seen = files.download(stored)
    assert (seen.status_code, seen.content) == (200, PNG)
    assert seen.headers["content-type"] == "image/png"
    assert seen.headers["content-disposition"] == 'inline; filename="Me.png"'


@pytest.mark.parametrize(
    ("data", "changes"),
    [
        (b"hello!", {}),
        (b"hell", {}),
        (b"hello", {"Content-Type": "text/html"}),
        (b"hello", {"Content-Type": ""}),
        (b"hello", {"If-None-Match": ""}),
    ],
)
def test_a_signed_address_takes_exactly_what_was_signed(
    files: Files, data: bytes, changes: dict[str, str]
) -> None:
    opened = files.announce(b"hello")

    assert sent(opened, data, **changes).status_code == 403

    assert code(files.complete(opened)) == (409, "bytes_missing")
    assert sent(opened, b"hello").status_code == 200


def test_a_body_in_chunks_is_refused(files: Files) -> None:
    request = files.announce(b"hello")["upload"]["request"]

    def chunks() -> Iterator[bytes]:
        yield b"hello"

    answer = httpx.put(request["url"], content=chunks(), headers=request["headers"])

    assert answer.status_code in {403, 411}


def test_bytes_are_put_once_and_never_swapped(files: Files) -> None:
    opened = files.announce(b"hello")
    assert sent(opened, b"hello").status_code == 200

    assert sent(opened, b"jello").status_code == 412
    stored = files.complete(opened).json()
    assert sent(opened, b"jello").status_code == 412
    assert files.download(stored).content == b"hello"


def test_bytes_of_another_checksum_are_refused_or_rejected(files: Files) -> None:
    digest = b64encode(hashlib.sha256(b"hello").digest()).decode()
    opened = files.announce(b"jello", checksum_sha256=digest)

    answer = sent(opened, b"jello")

    if answer.status_code == 200:  # a store that does not check: then we do
        assert code(files.complete(opened)) == (422, "checksum_mismatch")
    else:
        assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='x' onload='x()'>", b"<!doctype html><script>", b"GIF89a<script>", b"MZ" * 40],
)
def test_what_is_no_picture_is_rejected_as_one_and_frees_its_room(
    files: Files, data: bytes
) -> None:
    before = files.usage
    opened = files.announce(data, content_type="image/png")
    assert sent(opened, data).status_code == 200

    assert code(files.complete(opened)) == (422, "content_type_mismatch")

    assert files.usage == before
    shown = files.http.get(f"{files.at}/objects/{opened['object']['id']}").json()
    assert (shown["status"], shown["failure"]) == ("rejected", "content_type_mismatch")


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image/svg+xml"),
        (b"<!doctype html><script>alert(1)</script>", "text/html"),
        (b"<?xml version='1.0'?><html xmlns='x'/>", "application/xhtml+xml"),
        (b"alert(1)", "text/javascript"),
        (b"<html>", "text/plain"),
    ],
)
def test_what_could_run_is_a_download_and_nothing_else(
    files: Files, data: bytes, content_type: str
) -> None:
    stored = files.upload(data, content_type=content_type)

    answer = files.download(stored, disposition="inline")

    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\plan.txt", "plan.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("exe\u202etxt.png", "exetxt.png"),
        ('quo"te%.txt', 'quo"te%.txt'),
        ("Größe 日本.txt", "Größe 日本.txt"),
    ],
)
def test_a_name_is_a_name_and_never_a_path_or_a_header(files: Files, name: str, kept: str) -> None:
    stored = files.upload(filename=name)

    answer = files.download(stored)

    assert stored["filename"] == kept
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].startswith("inline; filename=")


@pytest.mark.parametrize(
    "changes",
    [
        {"size": None},
        {"size": -1},
        {"size": "5"},
        {"size": 5.5},
        {"filename": "..", "size": 5},
        {"filename": "\r\n", "size": 5},
        {"filename": "x" * 256, "size": 5},
        {"content_type": "text", "size": 5},
        {"content_type": "text/plain\r\nX: y", "size": 5},
        {"checksum_sha256": "AAAA", "size": 5},
        {"metadata": {"x": "y" * 17_000}, "size": 5},
        {"key": "o/x/y", "size": 5},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(
    files: Files, changes: dict[str, Any]
) -> None:
    body = {"bucket": "docs", "filename": "a.txt", "content_type": "text/plain"} | changes
    if changes.get("size", 0) is None:
        del body["size"]

    answer = files.http.post(f"{files.at}/uploads", json=body)

    assert code(answer) == (422, "validation_failed")


def test_an_empty_file_is_a_file(files: Files) -> None:
    stored = files.upload(b"")

    assert stored["size"] == 0
    assert files.download(stored).content == b""


def test_a_large_file_comes_in_parts_that_can_be_sent_again(files: Files) -> None:
    data = os.urandom(2 * PART + 1000)
    opened = files.announce(data, method="multipart")
    upload = opened["upload"]
    assert (upload["method"], upload["part_count"]) == ("multipart", 3)

    def send(part: dict[str, Any]) -> str:
        start = (part["number"] - 1) * upload["part_size"]
        piece = data[start : start + part["size"]]
        wrong = httpx.put(part["request"]["url"], content=piece + b"!")
        assert wrong.status_code == 403
        answer = httpx.put(part["request"]["url"], content=piece)
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"]

    first = send(upload["parts"][0])
    assert code(files.complete(opened)) == (422, "parts_invalid")
    path = f"{files.at}/uploads/{upload['id']}/parts"
    assert [one["number"] for one in files.http.get(path).json()["parts"]] == [1]
    signed = files.http.post(path, json={"numbers": [2, 3]}).json()["parts"]
    etags = [first, *(send(part) for part in signed)]
    assert code(files.http.post(path, json={"numbers": [4]})) == (422, "part_out_of_range")
    named = [{"number": number, "etag": etag} for number, etag in enumerate(etags, 1)]
    completed = files.complete(opened, parts=named)

    assert completed.status_code == 200, completed.text
    assert files.download(completed.json()).content == data
    late = httpx.put(upload["parts"][0]["request"]["url"], content=data[:PART])
    assert late.status_code in {403, 404}


def test_a_part_after_the_upload_was_given_up_is_refused(files: Files) -> None:
    opened = files.announce(bytes(PART + 1), method="multipart")
    path = f"{files.at}/uploads/{opened['upload']['id']}"

    assert [files.http.delete(path).status_code for _ in range(2)] == [204, 204]

    part = opened["upload"]["parts"][1]
    assert httpx.put(part["request"]["url"], content=b"\0").status_code == 404
    assert code(files.complete(opened)) == (409, "upload_not_open")


def test_another_organizations_files_are_not_there(files: Files, service: Service) -> None:
    opened, stored = files.announce(b"hello"), files.upload()
    eve = Files(service)
    upload, found = opened["upload"]["id"], stored["id"]

    for method, path, body in (
        ("POST", f"uploads/{upload}/complete", None),
        ("GET", f"uploads/{upload}/parts", None),
        ("POST", f"uploads/{upload}/parts", {"numbers": [1]}),
        ("DELETE", f"uploads/{upload}", None),
        ("GET", f"objects/{found}", None),
        ("PATCH", f"objects/{found}", {"filename": "x"}),
        ("DELETE", f"objects/{found}", None),
        ("POST", f"objects/{found}/restore", None),
        ("POST", f"objects/{found}/copy", None),
        ("POST", f"objects/{found}/download-url", None),
        ("GET", f"objects/{found}/content", None),
    ):
        ours = eve.http.request(method, f"{eve.at}/{path}", json=body)
        theirs = eve.http.request(method, f"{files.at}/{path}", json=body)
        assert ours.status_code == 404, path
        assert code(theirs) == (404, "organization_not_found")
    missing = eve.http.get(f"{eve.at}/objects/{eve.id}").json()
    foreign = eve.http.get(f"{eve.at}/objects/{found}").json()
    assert missing["code"] == foreign["code"]
    assert files.complete(opened).json()["code"] == "bytes_missing"


def test_files_come_and_go_through_us(files: Files) -> None:
    path = f"{files.at}/buckets/docs/content?filename=plan.txt"
    headers = {"Content-Type": "text/plain"}
    data = os.urandom(17 * 1024 * 1024)

    sent = files.http.put(path, content=data, headers=headers)

    assert sent.status_code == 201, sent.text
    content = f"{files.at}/objects/{sent.json()['id']}/content"
    got = files.http.get(content, follow_redirects=True)
    assert got.content == data
    wrong = headers | {"X-Checksum-Sha256": b64encode(bytes(32)).decode()}
    before = files.usage
    assert code(files.http.put(path, content=b"x", headers=wrong)) == (422, "checksum_mismatch")
    assert code(files.http.put(path, content=iter([b"x"]), headers=headers)) == (
        411,
        "length_required",
    )
    assert files.usage == before


def test_a_public_file_is_served_with_conditions_and_ranges(files: Files) -> None:
    bucket = files.bucket("site", visibility="public")
    stored = files.upload(b"0123456789", bucket="site")
    url = f"{files.service.url}/v1/public/{bucket['id']}/{stored['id']}"

    whole = httpx.get(f"{url}/digits.txt")
    etag = whole.headers["etag"]

    def asked(**headers: str) -> tuple[int, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = httpx.get(url, headers=named)
        return answer.status_code, answer.content

    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert whole.headers["x-content-type-options"] == "nosniff"
    head = httpx.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "10", b"")
    assert asked(if_none_match=etag) == (304, b"")
    assert asked(range="bytes=2-4") == (206, b"234")
    assert asked(range="bytes=-3") == (206, b"789")
    assert asked(range="bytes=8-") == (206, b"89")
    assert asked(range="bytes=8-99") == (206, b"89")
    assert asked(range="bytes=10-")[0] == 416
    for ignored in ("bytes=4-2", "lines=1-2", "bytes=0-1,3-4", "bytes=", "bytes=-", "x"):
        assert asked(range=ignored) == (200, b"0123456789")
    assert asked(range="bytes=0-1", if_range=etag) == (206, b"01")
    assert asked(range="bytes=0-1", if_range='"other"') == (200, b"0123456789")
    private = files.http.patch(f"{files.at}/buckets/site", json={"visibility": "private"})
    assert private.status_code == 200
    assert asked()[0] == 404


def test_an_idempotent_announcement_is_made_once(files: Files) -> None:
    before = files.usage
    body = {"bucket": "docs", "filename": "a", "content_type": "text/plain", "size": 7}
    again = {"Idempotency-Key": hashlib.sha256(os.urandom(8)).hexdigest()}

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: files.http.post(f"{files.at}/uploads", json=body, headers=again),
                range(8),
            )
        )

    made = {answer.json()["object"]["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert files.usage[1] == before[1] + 7
    other = files.http.post(f"{files.at}/uploads", json=body | {"size": 8}, headers=again)
    assert code(other) == (422, "idempotency_key_reused")


def test_a_quota_lets_in_exactly_what_fits(service: Service) -> None:
    files = Files(service)
    service.cli("storage", "usage", "set-quota", files.id, "100")
    body = {"bucket": "docs", "filename": "a", "content_type": "text/plain", "size": 7}

    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: files.http.post(f"{files.at}/uploads", json=body), range(48))
        )

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 100 // 7
    refused = next(answer for answer in answers if answer.status_code != 201)
    assert code(refused) == (403, "quota_exceeded")
    assert refused.json()["limit"] == 100
    assert files.usage == (0, 98, 0)


def test_deleting_restoring_and_copying_keep_the_sums(service: Service) -> None:
    files = Files(service)
    stored = files.upload(b"0123456789")
    path = f"{files.at}/objects/{stored['id']}"

    once = {"Idempotency-Key": hashlib.sha256(os.urandom(8)).hexdigest()}
    copies = [
        files.http.post(f"{path}/copy", json={"filename": "copy.txt"}, headers=once)
        for _ in range(2)
    ]
    copied = copies[0]
    assert [one.status_code for one in copies] == [201, 201], copied.text
    assert copies[1].json()["id"] == copied.json()["id"]
    assert files.usage == (20, 0, 2)
    assert files.http.delete(path).status_code == 204
    assert files.usage == (20, 0, 2)
    assert code(files.http.post(f"{path}/download-url")) == (409, "object_not_available")
    assert code(files.http.delete(f"{files.at}/buckets/docs")) == (409, "bucket_not_empty")
    assert files.http.post(f"{path}/restore").status_code == 200
    assert files.http.delete(path).status_code == 204
    files.sql("UPDATE storage.objects SET purge_after = now() WHERE id = %s", stored["id"])
    service.cli("storage", "gc")
    assert files.usage == (10, 0, 1)
    assert files.http.get(path).status_code == 404
    assert files.download(copied.json()).content == b"0123456789"


def test_nothing_is_lost_or_left_when_the_service_is_killed_at_any_moment(
    service: Service, tmp_path: Path
) -> None:
    files = Files(service)
    uploading: list[Callable[[], object]] = [
        lambda: files.upload(os.urandom(100_000), content_type="application/octet-stream"),
        lambda: files.http.put(
            f"{files.at}/buckets/docs/content?filename=x",
            content=os.urandom(3_000_000),
            headers={"Content-Type": "application/octet-stream"},
        ).raise_for_status(),
    ]

    stored: list[int] = []
    over = threading.Event()

    def upload(number: int) -> None:
        while not over.is_set():
            try:
                uploading[number % 2]()
                stored.append(number)
            except (httpx.HTTPError, AssertionError, KeyError):
                time.sleep(0.05)

    with ThreadPoolExecutor(6) as pool:
        working = [pool.submit(upload, number) for number in range(6)]
        try:
            for wanted in (10, 20):
                deadline = time.monotonic() + PATIENCE
                while len(stored) < wanted and time.monotonic() < deadline:
                    time.sleep(0.01)
                service.stop(signal.SIGKILL)
                service.start()
        finally:
            over.set()
        for one in working:
            one.result()

    files.sql(
        """
        UPDATE storage.objects SET updated_at = now() - interval '1 hour',
               upload_expires_at = now() - interval '1 hour'
         WHERE status IN ('pending', 'verifying')
        """
    )
    for _ in range(2):
        service.cli("jobs", "drain")
        resume(service)
        service.cli("storage", "gc")
        files.sql("UPDATE storage.objects SET purge_after = now() WHERE status <> 'available'")
    [(count, total)] = files.sql(
        """
        SELECT count(*), coalesce(sum(size), 0)::bigint FROM storage.objects
         WHERE organization_id = %s AND status = 'available'
        """,
        files.id,
    )
    assert count >= len(stored) > 0
    assert files.usage == (total, 0, count)
    assert "0 sums mended" in service.cli("storage", "usage", "recompute")
    report = service.cli("storage", "orphans", "scan", "--json")
    assert '"missing": 0' in report
    for found in files.http.get(f"{files.at}/objects?status=available&limit=5").json()["items"]:
        assert len(files.download(found).content) == found["size"]


def resume(service: Service) -> None:
    """Have interrupted verifications taken up, as the clock has it each minute."""
    done = service.python(
        "-c",
        "import asyncio\n"
        "from bootstrap import SYSTEM, application\n"
        "from core.storage import schemas, service\n"
        "from entrypoints.cli.running import settings\n"
        "async def main():\n"
        "    async with application(settings()) as app:\n"
        "        job = schemas.ResumeInterrupted()\n"
        "        await app.use(service.ResumeInterrupted)(job, SYSTEM)\n"
        "asyncio.run(main())\n",
    )
    assert done.returncode == 0, done.stderr
