"""Files on their way: straight to the store and from it, with a bar that shows how far."""

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import REFUSED, UNAVAILABLE, WRONG_USAGE, end, run
from entrypoints.cli.showing import Json, as_json, examples
from entrypoints.cli.storage.asking import ID, In, Object

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor
    from core.storage.schemas import ObjectView, OpenedUpload, SignedPart

CHUNK: Final = 256 * 1024
PATIENCE: Final = 120.0
"""Seconds for which a store that does not answer is asked again."""

type Told = Callable[[int], None]


def add_to(app: typer.Typer) -> None:
    app.command("put", epilog=examples("storage objects put plan.pdf --org engines --bucket docs"))(
        put
    )
    app.command(
        "get", epilog=examples(f"storage objects get {ID} --org engines --output plan.pdf")
    )(get)


def put(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to upload.")],
    org: In,
    bucket: Annotated[str, typer.Option(help="Where it goes.")],
    name: Annotated[str | None, typer.Option(help="Another name than the file's.")] = None,
    content_type: Annotated[
        str | None, typer.Option("--type", help="Its media type; guessed by its name.")
    ] = None,
    resume: Annotated[
        UUID | None, typer.Option(help="Go on with this upload, which broke off.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Upload a file. What broke off goes on where it was, with --resume and the id it printed."""
    if not file.is_file():
        end(WRONG_USAGE, f"{file} is no file.")
    guessed = mimetypes.guess_type(name or file.name)[0] or "application/octet-stream"

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, org)
        if resume is not None:
            return await Sending(app, actor, file).resumed(resume)
        return await Sending(app, actor, file).begun(
            bucket, name or file.name, content_type or guessed
        )

    stored = run(work)
    if json:
        as_json(stored)
    else:
        typer.echo(f"{stored.id}  {stored.status}")


def get(
    found: Object,
    org: In,
    output: Annotated[
        Path | None, typer.Option(help="Where to; its name, here, if left out.")
    ] = None,
) -> None:
    """Download a file, and compare it with what was uploaded."""

    async def work(app: "Application") -> Path:
        return await _received(app, await finding.inside(app, org), found, output)

    typer.echo(run(work))


class Sending:
    """An upload from a file of this machine."""

    def __init__(self, app: "Application", actor: "Actor", file: Path) -> None:
        self._app, self._actor, self._file = app, actor, file
        self._size = file.stat().st_size

    async def begun(self, bucket: str, name: str, content_type: str) -> Any:
        from core.storage import schemas, service

        upload = schemas.InitiateUpload.model_validate(
            {
                "bucket": bucket,
                "filename": name,
                "content_type": content_type,
                "size": self._size,
                "checksum_sha256": await asyncio.to_thread(_digest, self._file),
            }
        )
        opened = await self._app.use(service.OpenUpload)(
            schemas.OpenUpload(upload=upload), self._actor
        )
        typer.echo(f"Uploading as {opened.object.id}.", err=True)
        return await self._sent(opened)

    async def resumed(self, upload_id: UUID) -> Any:
        from core.storage import schemas, service

        reference = schemas.UploadReference.model_validate({"id": upload_id})
        arrived = await self._app.use(service.ListParts)(reference, self._actor)
        shown = await self._app.use(service.GetObject)(
            schemas.ObjectReference(id=reference.id), self._actor
        )
        if shown.size != self._size:
            end(REFUSED, f"The upload is of {shown.size} bytes, the file has {self._size}.")
        from core.storage import parts

        plan = parts.plan(shown.size)
        missing = sorted(set(range(1, plan.count + 1)) - {part.number for part in arrived.parts})
        with bar(self._size, shown.filename) as told:
            told(sum(part.size for part in arrived.parts))
            await self._send_parts(shown.id, missing, plan.size, told)
        return await self._completed(shown.id)

    async def _sent(self, opened: "OpenedUpload") -> Any:
        upload = opened.upload
        with bar(self._size, opened.object.filename) as told:
            if upload.request is not None:
                await _put(
                    upload.request, lambda: _chunks(self._file, 0, self._size, told), self._size
                )
            else:
                numbers = list(range(1, (upload.part_count or 0) + 1))
                await self._send_parts(upload.id, numbers, upload.part_size or 1, told)
        return await self._completed(upload.id)

    async def _send_parts(self, upload_id: Any, numbers: list[int], size: int, told: Told) -> None:
        """Sign a few parts at a time, so that no address runs out before its turn."""
        from core.storage import schemas, service

        for place in range(0, len(numbers), 20):
            some = schemas.PartNumbers(numbers=tuple(numbers[place : place + 20]))
            signed = await self._app.use(service.SignParts)(
                schemas.SignParts(id=upload_id, parts=some), self._actor
            )
            for part in signed.parts:
                await self._send_part(part, size, told)

    async def _send_part(self, part: "SignedPart", size: int, told: Told) -> None:
        start = (part.number - 1) * size
        await _put(part.request, lambda: _chunks(self._file, start, part.size, told), part.size)

    async def _completed(self, upload_id: Any) -> "ObjectView":
        """Complete it; what a worker would verify later is verified here."""
        from core.storage import schemas, service

        stored = await self._app.use(service.CompleteUpload)(
            schemas.CompleteUpload(id=upload_id), self._actor
        )
        if stored.status == "verifying":
            job = schemas.SettleUpload(organization_id=stored.organization_id, object_id=stored.id)
            await self._app.use(service.SettleUpload)(job, self._actor)
            stored = await self._app.use(service.GetObject)(
                schemas.ObjectReference(id=stored.id), self._actor
            )
        return stored


async def _put(request: Any, chunks: Callable[[], AsyncIterator[bytes]], size: int) -> None:
    """Send bytes to a signed address; try again for a while if nobody answers there."""
    import httpx

    deadline = asyncio.get_running_loop().time() + PATIENCE
    headers = request.headers | {"Content-Length": str(size)}
    async with httpx.AsyncClient(timeout=60) as http:
        while True:
            try:
                answer = await http.put(request.url, content=chunks(), headers=headers)
            except httpx.TransportError as error:
                await _wait(deadline, error)
                continue
            if answer.is_success or answer.status_code == httpx.codes.PRECONDITION_FAILED:
                return  # that it is there already was the answer to an attempt before
            if not answer.is_server_error:
                end(REFUSED, f"The store refused it: {answer.status_code} {answer.text[:500]}")
            await _wait(deadline, answer.status_code)


async def _wait(deadline: float, reason: object) -> None:
    if asyncio.get_running_loop().time() > deadline:
        end(UNAVAILABLE, f"The store does not answer: {reason}. Is the service running?")
    await asyncio.sleep(1)


async def _received(app: "Application", actor: "Actor", found: UUID, output: Path | None) -> Path:
    from core.storage import schemas, service

    reference = schemas.ObjectReference.model_validate({"id": found})
    shown = await app.use(service.GetObject)(reference, actor)
    target = output or Path(shown.filename)
    draft = target.with_name(f".{target.name}.{found.hex}")
    make = app.use(service.MakeDownloadUrl)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    with bar(shown.size, shown.filename) as told, draft.open("wb") as file:
        while file.tell() < shown.size:
            import httpx

            signed = await make(schemas.MakeDownloadUrl(id=shown.id), actor)
            try:
                await _append(signed.url, file, told)
            except httpx.TransportError as error:
                await _wait(deadline, error)
    digest = await asyncio.to_thread(_digest, draft)
    if shown.checksum_sha256 not in {None, digest}:
        draft.unlink()
        end(REFUSED, "What came is not what was uploaded: its SHA-256 differs.")
    draft.replace(target)
    return target


async def _append(url: str, file: Any, told: Told) -> None:
    """Read on from where the file ends."""
    import httpx

    headers = {"Range": f"bytes={file.tell()}-"}
    async with (
        httpx.AsyncClient(timeout=60) as http,
        http.stream("GET", url, headers=headers) as answer,
    ):
        if answer.is_server_error:
            raise httpx.TransportError(f"{answer.status_code}")
        if not answer.is_success:
            end(REFUSED, f"The store refused it: {answer.status_code}")
        if answer.status_code == httpx.codes.OK:
            told(-file.tell())
            file.seek(0)
            file.truncate()
        async for chunk in answer.aiter_bytes(CHUNK):
            file.write(chunk)
            told(len(chunk))


async def _chunks(file: Path, start: int, size: int, told: Told) -> AsyncIterator[bytes]:
    """Yield some of a file; if the attempt fails, the next one tells the same again."""
    sent = 0
    try:
        with file.open("rb") as opened:
            opened.seek(start)
            while sent < size:
                data = await asyncio.to_thread(opened.read, min(CHUNK, size - sent))
                if not data:
                    return
                sent += len(data)
                told(len(data))
                yield data
    finally:
        if sent < size:
            told(-sent)


def _digest(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def bar(size: int, name: str) -> Any:
    """Show how far it is, on standard error: a function of how many bytes came since."""
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    from entrypoints.cli.showing import text

    @contextmanager
    def shown() -> Any:
        columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(text(name).replace("[", r"\["), total=size)
            yield lambda count: progress.advance(task, count)

    return shown()
