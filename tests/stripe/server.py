import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, override

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import sandbox
from adapters.stripe.client import API_VERSION
from adapters.system import Clock
from core.billing.exceptions import CardDeclined, ProviderNotFound, ProviderRejected
from tests.clock import FakeClock
from tests.integration.service import free_port
from tests.stripe import specification
from tests.stripe.answers import ROUTES, Answers, Refused

API_KEY = "sk_test_of_the_specification"


@dataclass(frozen=True)
class Call:
    """A request that arrived: where the document has it, what it asked, and under which key."""

    method: str
    path: str
    asked: dict[str, Any]
    key: str | None

    @override
    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class SpecifiedStripe:
    """Takes what Stripe's specification allows and nothing else, and answers as it says.

    A key that was used answers as it did, and refuses another request. `faults` are what happens
    to the next requests: the answer is lost, it is an error of Stripe's own, or all is well.
    `carried_out` is told of each request once it is, before it is answered.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.ledger = sandbox.Ledger(clock or Clock())
        self.checkouts = sandbox.Checkouts(self.ledger, "http://127.0.0.1")
        self.invoices = sandbox.Invoices(self.ledger, "http://127.0.0.1")
        self.sandbox = sandbox.payment_provider(self.ledger, self.checkouts, self.invoices)
        self.answers = Answers(self.ledger, self.sandbox)
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.faults: deque[Literal["lost", "failed", "busy"] | None] = deque()
        self.kept: dict[str, tuple[Call, int, Any]] = {}
        self.carried_out: Callable[[Call], None] = lambda _: None
        self.port = free_port()
        self.loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def beside(self) -> Iterator["SpecifiedStripe"]:
        """Serve in a thread, so that a test may wait for other processes."""
        server = self._server()

        async def serve() -> None:
            self.loop = asyncio.get_running_loop()
            await server.serve()

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            while not server.started:
                thread.join(0.01)
            yield self
        finally:
            server.should_exit = True
            thread.join()

    def do[T](self, what: Coroutine[Any, Any, T]) -> T:
        """Do something at Stripe, as people at its pages do."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(30)

    async def done[T](self, what: Coroutine[Any, Any, T]) -> T:
        """As `do`, for a test that has a loop of its own."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(what, self.loop))

    def _server(self) -> uvicorn.Server:
        app = Starlette(
            routes=[Route("/{path:path}", self._handle, methods=["GET", "POST", "DELETE"])]
        )
        return uvicorn.Server(
            uvicorn.Config(app, port=self.port, log_level="critical", lifespan="off")
        )

    async def _handle(self, request: Request) -> Response:
        found = specification.operation(request.method, request.url.path)
        if found is None:
            self.problems.append(f"no such request: {request.method} {request.url.path}")
            return _error(404, Refused(404, "invalid_request_error", "unknown_path").error)
        path, places = found
        text = (await request.body()).decode() if request.method == "POST" else request.url.query
        asked = specification.parsed(text)
        call = Call(request.method, path, asked, request.headers.get("Idempotency-Key"))
        self.calls.append(call)
        if refused := self._refused(call, request):
            return refused
        fault = self.faults.popleft() if self.faults else None
        if fault == "busy":
            return _error(429, Refused(429, "invalid_request_error", "rate_limit").error)
        status, answer = await self._answered(call, asked | places, fault)
        self.carried_out(call)
        if fault == "lost":
            return _Broken()
        return JSONResponse(answer, status)

    def _refused(self, call: Call, request: Request) -> Response | None:
        told = []
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return _error(401, Refused(401, "invalid_request_error", "api_key").error)
        if request.headers.get("Stripe-Version") != API_VERSION:
            told.append("the version is not ours")
        if call.method == "POST" and call.key is not None and len(call.key) > 255:
            told.append("the key is too long")
        told += specification.wrong_request(call.method, call.path, call.asked)
        if (call.method, call.path) not in ROUTES:
            told.append("it is not played here")
        if not told:
            return None
        self.problems += [f"{call}: {one}" for one in told]
        error = Refused(400, "invalid_request_error", "parameter_unknown", message="; ".join(told))
        return _error(400, error.error)

    async def _answered(
        self, call: Call, asked: dict[str, Any], fault: str | None
    ) -> tuple[int, Any]:
        if call.key is not None and call.key in self.kept:
            before, status, answer = self.kept[call.key]
            if (before.method, before.path, before.asked) != (call.method, call.path, call.asked):
                error = Refused(400, "idempotency_error", "idempotency_key_in_use").error
                return 400, {"error": error}
            return status, answer
        status, answer = 500, {"error": Refused(500, "api_error", "internal").error}
        if fault != "failed":
            status, answer = await self._done(call, asked)
        if call.key is not None:
            self.kept[call.key] = (call, status, answer)
        return status, answer

    async def _done(self, call: Call, asked: dict[str, Any]) -> tuple[int, Any]:
        try:
            answer = await ROUTES[call.method, call.path](self.answers, asked)
        except Refused as refused:
            return refused.status, {"error": refused.error}
        except CardDeclined as declined:
            code = str(declined.members.get("decline_code"))
            error = Refused(402, "card_error", "card_declined", decline_code=code)
            return 402, {"error": error.error}
        except ProviderNotFound:
            return 404, {"error": Refused(404, "invalid_request_error", "resource_missing").error}
        except ProviderRejected as rejected:
            code = str(rejected.members.get("provider_code", "rejected"))
            return 400, {"error": Refused(400, "invalid_request_error", code).error}
        wrong = specification.wrong_answer(call.method, call.path, answer)
        self.problems += [f"our answer to {call}: {one}" for one in wrong]
        return HTTPStatus.OK, answer


class _Broken(Response):
    """The answer is lost on the way: the connection breaks."""

    @override
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def _error(status: int, error: dict[str, Any]) -> Response:
    return JSONResponse({"error": error}, status)
