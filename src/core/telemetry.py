"""What the service tells about itself while it runs: spans, numbers, and whose request it is."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Literal, NamedTuple, Protocol, override

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Which request, or which job, this task is working on."""

type SpanKind = Literal["internal", "client", "server", "producer", "consumer"]
type Attributes = Mapping[str, str | int | bool]
type Reading = float | Mapping[str, float]

NOTHING = nullcontext()
"""What a span costs when nobody looks."""


class Tracer(Protocol):
    def span(
        self, name: str, attributes: Attributes | None = None, kind: SpanKind = "internal"
    ) -> AbstractContextManager[None]:
        """Time what happens inside, as a child of the span around it.

        The name is static: what varies goes into attributes. Neither ever holds a secret, a token,
        a mail address or a file name; of an exception only its type is kept.
        """

    def context(self) -> dict[str, str]:
        """Return the W3C carrier of the current span, for a job's payload; {} without one."""

    def continued(self, carrier: Mapping[str, str]) -> AbstractContextManager[None]:
        """Make spans inside children of the span the carrier came from, in whatever process."""


class Metrics(Protocol):
    """Numbers about the service, each declared in INSTRUMENTS.

    Raise KeyError for a name that is not, ValueError for labels other than the declared ones. A
    label takes few values, all known beforehand: never an id, a path or anything a caller chose.
    """

    def count(self, name: str, /, amount: int = 1, **labels: str | int) -> None:
        """Add to a counter."""

    def observe(self, name: str, /, value_seconds: float, **labels: str | int) -> None:
        """Add one duration to a histogram."""

    def gauge(self, name: str, callback: Callable[[], Reading]) -> None:
        """Read a gauge by calling this back, from any thread, whenever somebody looks.

        A gauge with a label answers a mapping from the label's values. The last callback counts.
        """


class Instrument(NamedTuple):
    """A number we keep: its kind, its unit (UCUM), what it means, and by what it is split.

    `told` are values of a counter's one label that stand at 0 before anything is counted: whoever
    watches sees something increase only if it was there before. What has no labels always does.
    """

    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    told: tuple[str, ...] = ()

    def check(self, labels: Mapping[str, str | int]) -> None:
        if labels.keys() != set(self.labels):
            raise ValueError(f"This metric has the labels {self.labels}, not {tuple(labels)}.")


# OpenTelemetry's advice for HTTP (semantic conventions, http.server.request.duration).
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
JOB_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900)
HASH_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

INSTRUMENTS: Mapping[str, Instrument] = {
    "http_server_request_duration_seconds": Instrument(
        "histogram",
        "s",
        "How long requests took to answer.",
        ("method", "route", "status"),
        REQUEST_BUCKETS,
    ),
    "http_server_active_requests": Instrument(
        "gauge", "{request}", "Requests being answered right now."
    ),
    "db_pool_connections": Instrument(
        "gauge", "{connection}", "Connections of the database pool.", ("state",)
    ),
    "db_pool_waiting": Instrument("gauge", "{request}", "Tasks that wait for a connection."),
    "jobs_total": Instrument("counter", "{job}", "Jobs carried out.", ("name", "outcome")),
    "job_duration_seconds": Instrument(
        "histogram", "s", "How long jobs took.", ("name",), JOB_BUCKETS
    ),
    "logins_total": Instrument(
        "counter",
        "{login}",
        "Attempts to log in.",
        ("outcome",),
        told=("succeeded", "invalid_credentials"),
    ),
    "accounts_registered_total": Instrument("counter", "{account}", "Accounts registered."),
    "mails_sent_total": Instrument(
        "counter", "{mail}", "Mails handed over.", ("outcome",), told=("sent", "failed")
    ),
    "password_hash_duration_seconds": Instrument(
        "histogram", "s", "How long hashing a password took, without the queue.", (), HASH_BUCKETS
    ),
    "billing_events_total": Instrument(
        "counter",
        "{event}",
        "Events of the payment provider, by what became of them.",
        ("outcome",),
        told=("received", "processed", "put_off", "dead"),
    ),
    "billing_event_lag_seconds": Instrument(
        "histogram", "s", "How long after they arrived events were acted on.", (), JOB_BUCKETS
    ),
    "billing_commands_total": Instrument(
        "counter", "{command}", "What was asked of the payment provider.", ("kind", "outcome")
    ),
    "billing_drift_total": Instrument(
        "counter", "{customer}", "Customers of whom something else was known than was so."
    ),
    "webhook_deliveries_total": Instrument(
        "counter",
        "{delivery}",
        "Tries to tell somebody what happened.",
        ("outcome",),
        told=("arrived", "refused", "unanswered"),
    ),
    "throttled_total": Instrument(
        "counter", "{attempt}", "Attempts refused by a limit.", ("name",)
    ),
}


def declared(name: str, kind: str) -> Instrument:
    """Return what was declared under a name; raise KeyError unless it is of this kind."""
    instrument = INSTRUMENTS[name]
    if instrument.kind != kind:
        raise KeyError(name)
    return instrument


class NullTracer(Tracer):
    """Traces nothing, at the price of a method call."""

    @override
    def span(
        self, name: str, attributes: Attributes | None = None, kind: SpanKind = "internal"
    ) -> AbstractContextManager[None]:
        return NOTHING

    @override
    def context(self) -> dict[str, str]:
        return {}

    @override
    def continued(self, carrier: Mapping[str, str]) -> AbstractContextManager[None]:
        return NOTHING


class NullMetrics(Metrics):
    """Keeps nothing, and still refuses what was never declared."""

    @override
    def count(self, name: str, /, amount: int = 1, **labels: str | int) -> None:
        declared(name, "counter").check(labels)

    @override
    def observe(self, name: str, /, value_seconds: float, **labels: str | int) -> None:
        declared(name, "histogram").check(labels)

    @override
    def gauge(self, name: str, callback: Callable[[], Reading]) -> None:
        declared(name, "gauge")
