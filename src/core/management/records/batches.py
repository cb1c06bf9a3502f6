"""What operations of a batch make of records."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from core.exceptions import (
    CoreError,
    FieldError,
    PermissionDenied,
    ValidationFailed,
    VersionMismatch,
)
from core.management.collections.models import Verb
from core.management.records import changing
from core.management.records.access import Opened
from core.management.records.intake import Results
from core.management.records.models import Change, Record, RecordId
from core.management.records.schemas import Expecting, Operation, Outcome, Trouble

VERBS: Mapping[str, Verb] = {
    "create": "create",
    "update": "update",
    "put": "update",
    "delete": "delete",
    "restore": "delete",
}


def check(ops: Sequence[Operation]) -> None:
    """Refuse operations that say too little, and two of the same record."""
    wrong, seen = list[FieldError](), set[RecordId]()
    for place, one in enumerate(ops):
        if (one.id is None) is not (one.op == "create"):
            detail = "A new record gets its id; all others are named by theirs."
            wrong.append(FieldError(f"#/ops/{place}/id", "id", detail))
        if (one.data is None) is (one.op in {"create", "update", "put"}):
            detail = "To create, update and put takes data; nothing else does."
            wrong.append(FieldError(f"#/ops/{place}/data", "data", detail))
        if one.id is not None and one.id in seen:
            wrong.append(FieldError(f"#/ops/{place}/id", "twice", "A record is changed once."))
        seen |= {one.id} if one.id else set()
    if wrong:
        raise ValidationFailed(errors=wrong)


def results(
    opened: Opened,
    ops: Sequence[Operation],
    there: Mapping[RecordId, Record],
    new_id: Callable[[], RecordId],
    now: datetime,
) -> Results:
    found = Results()
    for place, one in enumerate(ops):
        try:
            found[place] = _change(opened, one, there, new_id, now)
        except CoreError as error:
            found[place] = error
    return found


def _change(
    opened: Opened,
    one: Operation,
    there: Mapping[RecordId, Record],
    new_id: Callable[[], RecordId],
    now: datetime,
) -> Change:
    _check_may(opened, VERBS[one.op])
    before, data = there.get(one.id) if one.id else None, one.data or {}
    if one.op == "create":
        return changing.created(opened, new_id(), data, now)
    if one.op == "put" and before is None and one.id is not None:
        _check_may(opened, "create")
        return changing.created(opened, one.id, data, now)
    before = opened.seen(before) if one.op == "restore" else opened.live(before)
    changing.check_version(opened, before, _expecting(one.if_match))
    match one.op:
        case "update":
            return changing.patched(opened, before, data, now)
        case "put":
            return changing.replaced(opened, before, data, now)
        case "delete":
            return changing.deleted(opened, before, now)
        case _:
            return changing.restored(opened, before, now)


def _check_may(opened: Opened, verb: Verb) -> None:
    if not opened.collection.may(opened.actor, verb):
        raise PermissionDenied(f"Your role may not {verb} records of this collection.")


def _expecting(if_match: str | None) -> Expecting:
    if if_match is None:
        return Expecting()
    if if_match.strip() == "*":
        return Expecting(unconditional=True)
    found = re.fullmatch(r'\s*"v([0-9]{1,9})"\s*', if_match)
    if found is None:
        raise VersionMismatch('if_match is an ETag like "v3".')
    return Expecting(expected_version=int(found[1]))


def outcome(result: Change | CoreError) -> Outcome:
    if isinstance(result, CoreError):
        return Outcome(
            result="failed",
            code=result.code,
            detail=result.detail or result.title,
            errors=[Trouble(**vars(one)) for one in result.errors] or None,
        )
    same = result.before == result.after
    return Outcome(
        result="unchanged" if same else result.verb,
        id=result.after.id,
        version=result.after.version,
    )


def placed(error: CoreError, place: int) -> CoreError:
    """Return an error as one of the whole batch, which points at the operation."""
    errors = [
        FieldError(f"#/ops/{place}/data{one.pointer.removeprefix('#')}", one.code, one.detail)
        for one in error.errors
    ]
    said = [FieldError(f"#/ops/{place}", error.code, error.detail or error.title)]
    again = type(error)(error.detail, errors=errors or said)
    again.members = {**error.members, "op": place}
    return again
