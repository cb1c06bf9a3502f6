import asyncio
import ssl
from functools import cached_property
from ipaddress import ip_address
from typing import Final, override

import httpx

from adapters.outbound.addresses import is_loopback, is_public
from adapters.outbound.lookup import Lookup, SystemLookup
from core.telemetry import NullTracer, Tracer

SECONDS: Final = 5.0
"""For everything: finding, connecting, asking and the last byte of the answer."""

SECONDS_TO_CONNECT: Final = 2.0
"""For one address, so that a host's next one gets a chance."""

BODY: Final = 1_000_000
"""Bytes of an answer at most."""


class Refused(httpx.TransportError):
    """We don't go there, or don't take what came back: the message says why, for an operator.

    Like whatever else goes wrong on the way it is a `httpx.HTTPError`.
    """


class GuardedTransport(httpx.AsyncBaseTransport):
    """Goes to the open internet only, however an address is spelled (OWASP ASVS 5.0 1.3.6).

    The host is resolved once, here; every address of it must be public, and the connection goes to
    one that was checked: a name server that answers differently the next time is not asked again.
    Host, SNI and the name in the certificate stay the host's. There are no redirects, no proxies,
    no cookies and no connections kept for the next request; an answer is read whole.

    `loopback` admits this machine as well, over http too: for development and tests.
    """

    def __init__(
        self,
        *,
        loopback: bool = False,
        lookup: Lookup | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        tracer: Tracer | None = None,
    ) -> None:
        self._tracer = tracer or NullTracer()
        self._loopback = loopback
        self._lookup = lookup or SystemLookup()
        self._own_tls = tls
        self._seconds = seconds

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._own_tls or httpx.create_ssl_context()

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # No path, for a webhook's may be a secret; and no traceparent goes along, to strangers.
        attributes = {"http.request.method": request.method, "server.address": _host(request)}
        try:
            with self._tracer.span(request.method, attributes, "client"):
                async with asyncio.timeout(self._seconds):
                    return await self._answer(request)
        except TimeoutError:
            late = f"{_host(request)} did not answer within {self._seconds:g} seconds"
            raise httpx.ReadTimeout(late, request=request) from None

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        failure: httpx.TransportError | None = None
        for address in await self._checked_addresses(request):
            try:
                return await self._answer_from(address, request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        reason = str(failure) if failure else "there is no such host"
        raise httpx.ConnectError(
            f"{_host(request)} can't be reached: {reason or 'it took too long'}", request=request
        ) from failure

    async def _checked_addresses(self, request: httpx.Request) -> list[str]:
        url, host = request.url, _host(request)
        if url.scheme != "https" and not (self._loopback and url.scheme == "http"):
            raise Refused(f"{url.scheme}:// is not spoken with {host}: use https://")
        found = await self._lookup(host, url.port or (443 if url.scheme == "https" else 80))
        for address in map(ip_address, found):
            if self._loopback and is_loopback(address):
                continue
            if not is_public(address):
                raise Refused(f"{host} leads to an address that is not public")
            if url.scheme != "https":
                raise Refused(f"http:// is not spoken with {host}: use https://")
        return found

    async def _answer_from(self, address: str, request: httpx.Request) -> httpx.Response:
        headers = request.headers.copy()
        headers["host"] = request.url.netloc.decode("ascii")
        headers["accept-encoding"] = "identity"  # compressed, it may be larger than what we count
        there = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=headers,
            stream=request.stream,
            extensions={
                "sni_hostname": _host(request),
                "timeout": {"connect": SECONDS_TO_CONNECT},
            },
        )
        # A connection of its own: a pool tells hosts apart by address and not by certificate.
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as way:
            answer = await way.handle_async_request(there)
            try:
                return await _taken(answer, request)
            finally:
                await answer.aclose()


async def _taken(answer: httpx.Response, request: httpx.Request) -> httpx.Response:
    host = _host(request)
    if answer.has_redirect_location:
        raise Refused(f"{host} redirects elsewhere ({answer.status_code})", request=request)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Refused(f"{host} compresses its answer unasked", request=request)
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > BODY:
            raise Refused(f"{host} answers more than {BODY} bytes", request=request)
    kept = [(name, value) for name, value in answer.headers.raw if name.lower() != b"set-cookie"]
    return httpx.Response(answer.status_code, headers=kept, content=bytes(body), request=request)


def _host(request: httpx.Request) -> str:
    return request.url.raw_host.decode("ascii")
