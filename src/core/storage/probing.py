"""What clients may do at the store and what nobody may, tried out."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

from pydantic import Field

from core.findings import Finding
from core.models import Model, OrganizationId
from core.ports import Clock, Ids
from core.service import Collaborator
from core.storage import exceptions, ports
from core.storage.config import StorageConfig
from core.storage.models import ObjectId, Part, Reply, SignedRequest, key

BODY: Final = b"examined"
DIGEST: Final = sha256(BODY).digest()
TYPE: Final = "text/plain"
DISPOSITION: Final = "attachment; filename=examined.txt"
SHORT: Final = timedelta(seconds=1)
OVER_AFTER: Final = 2.0  # seconds
LONG: Final = timedelta(minutes=5)
SKEW: Final = timedelta(minutes=1)
SKEW_LIMIT: Final = timedelta(minutes=15)
"""Of SigV4: a signature of another time is refused."""

STRANGER: Final = "https://stranger.invalid"


class Trial(Model):
    """A request that is not the one that was signed."""

    about: str
    body: bytes = BODY
    headers: dict[str, str] = Field(default_factory=dict)
    without: str | None = None
    chunked: bool = False


TRIALS: Final = (
    Trial(about="more bytes", body=BODY + b"!"),
    Trial(about="fewer bytes", body=BODY[:-1]),
    Trial(about="a body of no length", chunked=True),
    Trial(about="another type", headers={"Content-Type": "text/html"}),
    Trial(about="no If-None-Match", without="If-None-Match"),
)


@dataclass(frozen=True)
class Place:
    """Where nobody's objects are. What is put there is noted, and goes in the end."""

    organization_id: OrganizationId
    keys: list[str] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)


class StoreProbes(Collaborator):
    """Each looks at one thing and tells what it came upon."""

    url_signer: ports.UrlSigner
    outsider: ports.Outsider
    object_reader: ports.ObjectReader
    object_writer: ports.ObjectWriter
    multipart_uploads: ports.MultipartUploads
    storage_config: StorageConfig
    clock: Clock
    ids: Ids

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        place = Place(OrganizationId(self.ids.new()))
        try:
            yield place
        finally:
            with suppress(exceptions.StoreUnavailable):
                for at, upload_id in place.uploads:
                    await self.multipart_uploads.abort(at, upload_id)
                for at in place.keys:
                    await self.object_writer.delete(at)

    async def addresses(self, place: Place) -> AsyncIterator[Finding]:
        """An upload goes to its key once, and is downloaded by whoever has an address alone."""
        put = self._put(at := self._key(place))
        ran_out = self._put(late := self._key(place), lifetime=SHORT)
        reply = await self._send(put)
        yield _taken("upload", "a signed upload is taken", reply)
        yield self._clock_of(reply)
        again = await self._send(put)
        yield _refused("replay", "the same upload again", refused=again.refuses)
        get = self.url_signer.get(
            at, content_type=TYPE, content_disposition=DISPOSITION, lifetime=LONG
        )
        yield _served(await self._send(get))
        yield self._life_of(get)
        if self.object_writer.capabilities.serves_itself:
            bare = await self.outsider.send("GET", get.url.partition("?")[0], {})
            yield _refused("anonymous", "a download without a signature", refused=bare.refuses)
        await asyncio.sleep(OVER_AFTER)
        await self._send(ran_out)
        yield _refused("expiry", "an address that ran out", refused=await self._is_bare(late))

    async def refusals(self, place: Place) -> AsyncIterator[Finding]:
        """Nothing but what was signed is taken."""
        for trial in TRIALS:
            at = self._key(place)
            signed = self._put(at)
            headers = signed.headers | trial.headers
            headers.pop(trial.without or "", None)
            await self._send(signed, trial.body, headers, chunked=trial.chunked)
            yield _refused("signature", trial.about, refused=await self._is_bare(at))
        at = self._key(place)
        await self._send(self._put(at, digest=DIGEST), BODY[::-1])
        refused = await self._is_bare(at)
        if refused or self.object_writer.capabilities.checks_sha256:
            yield _refused("checksum", "other bytes than those of the SHA-256", refused=refused)
        else:
            sentence = "the store does not prove a SHA-256: we read the bytes and do"
            yield Finding(level="ok", about="checksum", sentence=sentence)

    async def parts(self, place: Place) -> AsyncIterator[Finding]:
        """Parts go where they belong, and nowhere once the upload was aborted."""
        at = self._key(place)
        upload_id = await self._begin(place, at)
        part = self.url_signer.part(at, upload_id, 1, size=len(BODY), lifetime=LONG)
        yield _taken("parts", "a signed part is taken", await self._send(part))
        more = await self._send(part, BODY + b"!")
        yield _refused("parts", "a part of another length", refused=more.refuses)
        await self.multipart_uploads.abort(at, upload_id)
        late = await self._send(part)
        yield _refused("parts", "a part after the upload was aborted", refused=late.refuses)

    async def completion(self, place: Place) -> AsyncIterator[Finding]:
        """Keys are never given twice, so a store that completes over an object does no harm."""
        at = self._key(place)
        for first in (True, False):
            upload_id = await self._begin(place, at)
            sent = await self._part(at, upload_id)
            try:
                await self.multipart_uploads.complete(at, upload_id, [sent])
            except exceptions.ObjectExists:
                sentence = "completing over an object is refused"
                yield Finding(level="ok", about="completion", sentence=sentence)
            else:
                if not first:
                    sentence = "completing over an object succeeds; nothing here depends on it"
                    yield Finding(level="ok", about="completion", sentence=sentence)

    async def browsers(self, place: Place) -> AsyncIterator[Finding]:
        """Pages of your origins get at the store, and pages of strangers do not."""
        signed = self._put(self._key(place))
        for origin in self.storage_config.origins:
            reply = await self._preflight(signed, origin)
            let_in = reply.headers.get("access-control-allow-origin") == origin
            yield Finding(
                level="ok" if let_in else "fail",
                about="cors",
                sentence=f"pages of {origin} {'may' if let_in else 'may not'} upload",
            )
        reply = await self._preflight(signed, STRANGER)
        let_in = reply.headers.get("access-control-allow-origin") in {"*", STRANGER}
        yield _refused("cors", "a page of any other origin", refused=not let_in)

    # --- How it is asked --------------------------------------------------------------------------

    def _key(self, place: Place) -> str:
        place.keys.append(at := key(place.organization_id, ObjectId(self.ids.new())))
        return at

    def _put(
        self, at: str, *, digest: bytes | None = None, lifetime: timedelta = LONG
    ) -> SignedRequest:
        return self.url_signer.put(
            at, size=len(BODY), content_type=TYPE, sha256=digest, lifetime=lifetime
        )

    async def _send(
        self,
        signed: SignedRequest,
        body: bytes = BODY,
        headers: Mapping[str, str] | None = None,
        *,
        chunked: bool = False,
    ) -> Reply:
        sent = body if signed.method == "PUT" else None
        headers = signed.headers if headers is None else headers
        return await self.outsider.send(signed.method, signed.url, headers, sent, chunked=chunked)

    async def _preflight(self, signed: SignedRequest, origin: str) -> Reply:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": signed.method,
            "Access-Control-Request-Headers": ", ".join(sorted(signed.headers)).lower(),
        }
        return await self.outsider.send("OPTIONS", signed.url, asked)

    async def _is_bare(self, at: str) -> bool:
        return await self.object_reader.head(at) is None

    async def _begin(self, place: Place, at: str) -> str:
        place.uploads.append((at, upload_id := await self.multipart_uploads.begin(at, TYPE)))
        return upload_id

    async def _part(self, at: str, upload_id: str) -> Part:
        async def chunks() -> AsyncIterator[bytes]:
            yield BODY

        return await self.multipart_uploads.put(at, upload_id, 1, chunks(), size=len(BODY))

    def _clock_of(self, reply: Reply) -> Finding:
        told = reply.headers.get("date")
        if told is None:
            return Finding(level="warn", about="clock", sentence="the store does not tell its time")
        skew = parsedate_to_datetime(told) - self.clock.now()
        return Finding(
            level="ok" if abs(skew) < SKEW else "warn" if abs(skew) < SKEW_LIMIT else "fail",
            about="clock",
            sentence=f"the store's is {skew.total_seconds():+.0f} s off ours",
        )

    def _life_of(self, signed: SignedRequest) -> Finding:
        left = signed.expires_at - self.clock.now()
        if left < LONG - SKEW:
            sentence = f"addresses hold {left.total_seconds():.0f} s: then our role's key ends"
            return Finding(level="warn", about="credentials", sentence=sentence)
        return Finding(level="ok", about="credentials", sentence="outlive the addresses they sign")


def _taken(about: str, sentence: str, reply: Reply) -> Finding:
    if reply.status < 300:  # noqa: PLR2004 - success, by RFC 9110
        return Finding(level="ok", about=about, sentence=sentence)
    return Finding(
        level="fail", about=about, sentence=f"not so: {sentence}; it answers {reply.status}"
    )


def _refused(about: str, what: str, *, refused: bool) -> Finding:
    if refused:
        return Finding(level="ok", about=about, sentence=f"{what} is refused")
    return Finding(level="fail", about=about, sentence=f"{what} is taken: files are not safe here")


def _served(reply: Reply) -> Finding:
    sent = reply.headers.get("content-type"), reply.headers.get("content-disposition")
    if sent == (TYPE, DISPOSITION):
        sentence = "is answered with the headers that keep it harmless"
        return Finding(level="ok", about="download", sentence=sentence)
    sentence = f"is answered with {reply.status} and without the headers that keep it harmless"
    return Finding(level="fail", about="download", sentence=sentence)
