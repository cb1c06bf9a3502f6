"""Uploads that go on where they broke off: by the protocol's own clients, and by hand."""

import hashlib
import json
import os
import signal
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient

from tests.integration.files import Files, code
from tests.integration.npm import installed, program
from tests.integration.service import PATIENCE, Service

HERE = Path(__file__).parent / "tus"
MIB = 1024 * 1024
PART = 8 * MIB
SPOKEN = {"Tus-Resumable": "1.0.0"}
PIECES = SPOKEN | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def files(file_service: Service) -> Files:
    return Files(file_service)


def metadata(**about: str) -> dict[str, str]:
    named = {"bucket": "docs", "filename": "notes.bin"} | about
    pairs = (f"{key} {b64encode(value.encode()).decode()}" for key, value in named.items())
    return {"Upload-Metadata": ",".join(pairs)}


def opened(files: Files, size: int, **about: str) -> str:
    """Announce a file; return where its bytes go."""
    headers = SPOKEN | metadata(**about) | {"Upload-Length": str(size)}
    answer = files.http.post(f"{files.at}/tus", headers=headers)
    assert answer.status_code == 201, answer.text
    assert "Upload-Expires" in answer.headers or size == 0
    return answer.headers["Location"]


def append(files: Files, place: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    given = PIECES | {"Upload-Offset": str(offset)} | headers
    return files.http.patch(place, headers=given, content=data)


def offset(files: Files, place: str) -> int:
    answer = files.http.head(place, headers=SPOKEN)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    return int(answer.headers["Upload-Offset"])


def content(files: Files, place: str) -> bytes:
    stored = files.http.get(f"{files.at}/objects/{place.rpartition('/')[2]}").json()
    assert stored["status"] == "available", stored
    return files.download(stored).content


# --- The protocol, by hand ------------------------------------------------------------------------


def test_anybody_is_told_what_is_spoken(files: Files) -> None:
    answer = httpx.options(f"{files.service.url}{files.at}/tus")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination,checksum"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer.headers["Tus-Max-Size"]) == 5 * 1024 * MIB


def test_bytes_come_in_any_pieces(files: Files) -> None:
    data = os.urandom(PART + 3 * MIB)
    place = opened(files, len(data))

    for start, stop in ((0, 1), (1, MIB), (MIB, PART + 5), (PART + 5, PART + 5)):
        answer = append(files, place, start, data[start:stop])
        assert answer.status_code == 204, answer.text
        assert int(answer.headers["Upload-Offset"]) == stop == offset(files, place)
    assert append(files, place, PART + 5, data[PART + 5 :]).status_code == 204

    assert offset(files, place) == len(data)
    assert content(files, place) == data
    tails = [key for key in stored_keys(files, place) if "t" in key.rpartition("/")[2]]
    assert tails == []


def stored_keys(files: Files, place: str) -> list[str]:
    """Return what lies in the store for an upload, as the reconciliation sees it."""
    told = files.service.cli("storage", "orphans", "scan", "--json")
    return [one for one in json.loads(told)["examples"] if place.rpartition("/")[2][:8] in one]


def test_bytes_go_where_the_last_ones_ended_and_nowhere_else(files: Files) -> None:
    place = opened(files, 10)
    assert append(files, place, 0, b"hello").status_code == 204

    for wrong in (0, 4, 6, 10):
        answer = append(files, place, wrong, b"world")
        assert code(answer) == (409, "offset_mismatch")
        assert answer.json()["offset"] == 5
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert code(append(files, place, 5, b"worlds")) == (413, "object_too_large")
    assert offset(files, place) == 5
    assert append(files, place, 5, b"world").status_code == 204
    assert code(append(files, place, 10, b"")) == (409, "upload_not_open")

    assert content(files, place) == b"helloworld"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_do_not_match_their_checksum_do_not_count(files: Files, algorithm: str) -> None:
    place = opened(files, 10)

    def checksum(data: bytes) -> str:
        return f"{algorithm} {b64encode(hashlib.new(algorithm, data).digest()).decode()}"

    wrong = append(files, place, 0, b"hellO", **{"Upload-Checksum": checksum(b"hello")})
    assert (wrong.status_code, wrong.json()["status"]) == (460, 460)
    assert wrong.json()["code"] == "checksum_mismatch"
    assert offset(files, place) == 0
    right = append(files, place, 0, b"hello", **{"Upload-Checksum": checksum(b"hello")})
    assert right.status_code == 204
    broken = append(files, place, 5, b"worlt", **{"Upload-Checksum": checksum(b"world")})
    assert broken.status_code == 460
    last = append(files, place, 5, b"world", **{"Upload-Checksum": checksum(b"world")})
    assert last.status_code == 204, last.text

    assert content(files, place) == b"helloworld"


@pytest.mark.parametrize("text", ["md5 AAAA", "sha1 ####", "sha512", ""])
def test_a_checksum_that_is_none_is_refused(files: Files, text: str) -> None:
    answer = append(files, opened(files, 5), 0, b"hello", **{"Upload-Checksum": text})

    assert code(answer) == (400, "upload_checksum_invalid")


def test_a_request_that_is_none_of_the_protocol_is_refused(files: Files) -> None:
    place, tus = opened(files, 5), f"{files.at}/tus"
    length = {"Upload-Length": "5"}

    assert code(files.http.post(tus, headers=length)) == (412, "tus_version_unsupported")
    assert code(files.http.patch(place)) == (
        412,
        "tus_version_unsupported",
    )
    assert code(append(files, place, 0, b"hello", **{"Content-Type": "text/plain"})) == (
        415,
        "pieces_expected",
    )
    for headers, expected in (
        ({"Upload-Metadata": "bucket ###"}, (400, "upload_metadata_invalid")),
        ({"Upload-Metadata": "filename eA=="}, (422, "validation_failed")),
        (metadata(bucket="No Bucket"), (422, "validation_failed")),
        (metadata(bucket="missing"), (404, "bucket_not_found")),
        (metadata(filename="../.."), (422, "validation_failed")),
        (metadata(filetype="no type"), (422, "validation_failed")),
    ):
        assert code(files.http.post(tus, headers=SPOKEN | length | headers)) == expected
    for wrong in ("-1", "1.5", "many", str(2**60)):
        refused = files.http.post(tus, headers=SPOKEN | metadata() | {"Upload-Length": wrong})
        assert refused.status_code == 422
    too_much = SPOKEN | metadata() | {"Upload-Length": str(6 * 1024 * MIB)}
    assert code(files.http.post(tus, headers=too_much)) == (413, "object_too_large")
    assert offset(files, place) == 0


def test_another_organizations_upload_is_not_there(files: Files) -> None:
    place, stranger = opened(files, 5), Files(files.service)

    theirs = place.replace(files.id, stranger.id)
    for at, expected in ((theirs, 404), (place, 404)):
        assert append(stranger, at, 0, b"hello").status_code == expected
        assert stranger.http.head(at, headers=SPOKEN).status_code == expected
        assert stranger.http.delete(at, headers=SPOKEN).status_code == expected
    plain = files.announce(b"hello")
    of_another_kind = f"{files.at}/tus/{plain['upload']['id']}"
    assert code(append(files, of_another_kind, 0, b"hello")) == (404, "upload_not_found")
    signed = files.http.post(
        f"{files.at}/uploads/{place.rpartition('/')[2]}/parts", json={"numbers": [1]}
    )
    assert code(signed) == (409, "upload_not_open")
    assert append(files, place, 0, b"hello").status_code == 204


def test_an_upload_that_is_given_up_is_gone_and_its_room_free(files: Files) -> None:
    before = files.usage
    place = opened(files, 3 * MIB)
    assert append(files, place, 0, os.urandom(MIB)).status_code == 204

    assert files.http.delete(place, headers=SPOKEN).status_code == 204

    assert files.http.head(place, headers=SPOKEN).status_code == 404
    assert code(append(files, place, MIB, b"more")) == (404, "upload_not_found")
    assert files.usage == before


def test_what_is_no_picture_is_rejected_with_its_last_bytes(files: Files) -> None:
    place = opened(files, 5, filetype="image/png")

    assert code(append(files, place, 0, b"hello")) == (422, "content_type_mismatch")

    assert files.http.head(place, headers=SPOKEN).status_code == 404


def test_an_empty_file_is_there_at_once(files: Files) -> None:
    place = opened(files, 0)

    assert offset(files, place) == 0
    assert content(files, place) == b""


def test_a_client_that_can_only_post_says_what_it_means(files: Files) -> None:
    place = opened(files, 5)
    headers = PIECES | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}

    assert files.http.post(place, headers=headers, content=b"hello").status_code == 204

    assert content(files, place) == b"hello"


def test_what_came_before_a_connection_broke_off_is_kept(files: Files) -> None:
    data = os.urandom(2 * PART)
    place = opened(files, len(data))

    def broken_off() -> Iterator[bytes]:
        yield data[: PART + MIB]
        time.sleep(1)
        yield Path("a tunnel").read_bytes()

    headers = PIECES | {"Upload-Offset": "0", "Content-Length": str(len(data))}
    with suppress(FileNotFoundError):
        files.http.patch(place, headers=headers, content=broken_off())
    deadline = time.monotonic() + PATIENCE
    while (kept := offset(files, place)) < PART + MIB and time.monotonic() < deadline:
        time.sleep(0.1)

    assert kept == PART + MIB
    assert append(files, place, kept, data[kept:]).status_code == 204
    assert content(files, place) == data


# --- Clients of the protocol ----------------------------------------------------------------------


def test_tuspy_uploads_a_file(files: Files, tmp_path: Path) -> None:
    (file := tmp_path / "large.bin").write_bytes(os.urandom(11 * MIB + 17))
    client = TusClient(
        f"{files.service.url}{files.at}/tus",
        headers={"Authorization": files.http.headers["Authorization"]},
    )
    about = {"bucket": "docs", "filename": "large.bin"}

    with file.open("rb") as stream:
        first = client.uploader(
            file_stream=stream, chunk_size=3 * MIB, metadata=about, upload_checksum=True
        )
        first.upload(stop_at=5 * MIB)
        again = client.uploader(file_stream=stream, url=first.url, chunk_size=4 * MIB)
        again.upload()

    assert content(files, str(again.url)) == file.read_bytes()


class Page:
    """A page that uploads a file by tus-js-client."""

    def __init__(self, files: Files, file: Path) -> None:
        self._options = {
            "endpoint": f"{files.service.url}{files.at}/tus",
            "token": files.http.headers["Authorization"].removeprefix("Bearer "),
            "file": str(file),
            "metadata": {"bucket": "docs", "filename": file.name, "caption": "A train"},
        }
        self._folder = installed(HERE)

    def begin(self, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - our own command
            [program("node"), HERE / "upload.mjs", json.dumps(self._options | options)],
            env=os.environ | {"PACKAGES": str(self._folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, begun: "subprocess.Popen[str]") -> dict[str, Any]:
        told, complaint = begun.communicate(timeout=PATIENCE)
        assert begun.returncode == 0, told + complaint
        read: dict[str, Any] = json.loads(told.splitlines()[-1])
        return read


def test_tus_js_client_goes_on_where_it_stopped(files: Files, tmp_path: Path) -> None:
    (file := tmp_path / "train.bin").write_bytes(os.urandom(20 * MIB))
    page = Page(files, file)

    stopped = page.finish(page.begin(chunkSize=6 * MIB, stopAt=9 * MIB))
    assert 0 < offset(files, stopped["url"]) < 20 * MIB
    done = page.finish(page.begin(uploadUrl=stopped["url"]))

    assert done["url"] == stopped["url"]
    assert content(files, done["url"]) == file.read_bytes()
    stored = files.http.get(f"{files.at}/objects/{done['url'].rpartition('/')[2]}").json()
    assert stored["metadata"] == {"caption": "A train"}


def test_tus_js_client_goes_on_though_the_service_was_killed(files: Files, tmp_path: Path) -> None:
    (file := tmp_path / "train.bin").write_bytes(os.urandom(60 * MIB))
    page = Page(files, file)

    begun = page.begin(chunkSize=2 * MIB)
    _wait_for_a_piece(files)
    files.service.stop(signal.SIGKILL)
    files.service.start()
    done = page.finish(begun)

    assert content(files, done["url"]) == file.read_bytes()
    assert "0 sums mended" in files.service.cli("storage", "usage", "recompute", files.id)


def _wait_for_a_piece(files: Files) -> None:
    """Wait until a part of what is being uploaded has arrived."""
    deadline = time.monotonic() + PATIENCE
    arriving = "SELECT 1 FROM storage.objects WHERE status = 'pending' AND received > 0"
    while not files.sql(arriving):
        assert time.monotonic() < deadline
        time.sleep(0.01)
