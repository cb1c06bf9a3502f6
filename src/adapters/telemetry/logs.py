"""Log lines, for machines or for people. One handler, and nothing secret passes it."""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO, override

from pydantic_core import to_json

from adapters.telemetry.config import LogFormat, LogLevel
from core.telemetry import request_id

type Ids = Callable[[], tuple[str, str] | None]

REDACTED = "[redacted]"

_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"}
_SECRET_KEY = re.compile("password|passwd|token|secret|authorization|cookie|e_?mail", re.IGNORECASE)
_SECRET = re.compile(
    r"\b(?i:bearer)\s+[\w.~+/=-]+"
    r"|\b(?i:basic)\s+(?=\S*[A-Z0-9=])[\w+/=-]{8,}"
    r"|\b(?:crt_|cak_|whsec_|[sr]k_(?:live|test)_)[\w.-]+"  # ours, and Stripe's
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON Web Tokens
)
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]{1,256}(?=@)")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DEPTH = 5

# Templates, numbers, codes and ids of ours: the most frequent line, and nothing to take out.
_HARMLESS = "core_api.access"

# At debug these print headers, bodies and statements with their parameters.
_TALKATIVE = (
    "asyncio",
    "boto3",
    "botocore",
    "httpcore",
    "httpx",
    "procrastinate",
    "s3transfer",
    "stripe",
    "urllib3",
)


def configure(
    level: LogLevel, style: LogFormat, *, ids: Ids | None = None, stream: TextIO | None = None
) -> None:
    """Send everything the process logs through one handler; a second call replaces the first."""
    handler = Handler(stream or sys.stderr)
    handler.setFormatter(Json(ids) if style == "json" else Console(ids))
    root = logging.getLogger()
    for other in root.handlers[:]:
        if isinstance(other, Handler):
            root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Nothing of this is printed, so it need not be found out for every line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the middleware writes a better line


class Handler(logging.StreamHandler[TextIO]):
    """Ours, so that we replace nobody else's."""


def redacted(text: str) -> str:
    """Take out whatever looks like a credential or a mail address."""
    if "@" in text:
        text = _ADDRESS.sub(REDACTED, _CREDENTIALS.sub(REDACTED, text))
    return _SECRET.sub(REDACTED, text)


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def _clean(value: object, depth: int = _DEPTH) -> object:
    if isinstance(value, str):
        return redacted(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping | Sequence | Set):
        return _clean_all(value, depth)
    return redacted(str(value))


def _clean_all(
    values: Mapping[object, object] | Sequence[object] | Set[object], depth: int
) -> object:
    if depth == 0 or isinstance(values, bytes | bytearray | memoryview):
        return f"[{len(values)} left out]"
    if isinstance(values, Mapping):
        return {str(key): _field(str(key), item, depth - 1) for key, item in values.items()}
    return [_clean(item, depth - 1) for item in values]


def _field(key: str, value: object, depth: int = _DEPTH) -> object:
    if _is_secret(key) and not isinstance(value, bool | None):
        return REDACTED
    return _clean(value, depth)


@lru_cache(maxsize=2)
def _second(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Lines(logging.Formatter):
    """What both styles say of a record, after redaction."""

    def __init__(self, ids: Ids | None = None) -> None:
        super().__init__()
        self._ids = ids

    def _message(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        return message if record.name == _HARMLESS else redacted(message)

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        fields: dict[str, object] = {}
        if (current := request_id.get()) is not None:
            fields["request_id"] = current
        if self._ids is not None and (ids := self._ids()) is not None:
            fields["trace_id"], fields["span_id"] = ids
        for key, value in vars(record).items():
            if key not in _STANDARD:
                fields[key] = value if record.name == _HARMLESS else _field(key, value)
        return fields


class Json(Lines):
    """One object a line; an exception is a field of it."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "ts": f"{_second(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record),
        }
        line = said | self._fields(record) | said  # nobody else's field takes the place of ours
        if record.exc_info and (error := record.exc_info[1]):
            line["exception"] = {
                "type": f"{type(error).__module__}.{type(error).__qualname__}",
                "message": redacted(str(error)),
                "stack": redacted("".join(traceback.format_exception(error))),
            }
        try:
            return to_json(line).decode()
        except ValueError:  # a lone surrogate, which UTF-8 has no way to write
            return json.dumps(line)


class Console(Lines):
    """A line for people; stack traces take the lines they need."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%H:%M:%S", time.localtime(record.created))
        fields = "".join(
            f" {key}={_printable(str(value))}" for key, value in self._fields(record).items()
        )
        text = (
            f"{moment}.{int(record.msecs):03d} {record.levelname:<7} "
            f"{record.name}: {_printable(self._message(record))}{fields}"
        )
        if record.exc_info and (error := record.exc_info[1]):
            text += "\n" + redacted("".join(traceback.format_exception(error)).rstrip())
        return text


def _printable(text: str) -> str:
    """Keep what somebody sent us from starting a line of its own, or from moving the cursor."""
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)
