"""`fields=`: only those members of what is answered; and nothing of what somebody has already."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final, get_args, get_origin

from fastapi import Request, Response
from pydantic import BaseModel
from pydantic_core import from_json, to_json

from core.exceptions import FieldError, UnknownField

NAME: Final = "fields"
ITEMS: Final = "items"

PARAMETER: Final = {
    "name": NAME,
    "in": "query",
    "required": False,
    "description": "Only these members, separated by commas; of a list, of each of its items.",
    "schema": {"type": "string", "maxLength": 1000},
}


class Shown:
    """The members that an answer, or each item of a list, can be cut down to."""

    def __init__(self, names: Iterable[str], *, many: bool) -> None:
        self.names = frozenset(names)
        self.many = many

    def asked(self, request: Request) -> frozenset[str] | None:
        """Return what somebody wants to see, None for all; raise UnknownField."""
        told = request.query_params.getlist(NAME)
        if not told:
            return None
        names = frozenset(",".join(told).split(","))
        if unknown := sorted(names - self.names):
            hint = f"Choose among {', '.join(sorted(self.names))}."
            wrong = [FieldError(f"/query/{NAME}", "unknown_field", hint)]
            raise UnknownField(f"There is no field {unknown[0][:100]!r}. {hint}", errors=wrong)
        return names

    def cut(self, answer: Response, names: frozenset[str]) -> Response:
        """Return the same answer with less in it."""
        whole: dict[str, Any] = from_json(bytes(answer.body))
        if self.many:
            whole[ITEMS] = [_part(one, names) for one in whole[ITEMS]]
        else:
            whole = _part(whole, names)
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return Response(to_json(whole), answer.status_code, headers)


def _part(whole: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name in names}


def shown(answer: Any) -> Shown | None:
    """Tell what members an answer of this kind has; None of one that is no object of ours."""
    if not (isinstance(answer, type) and issubclass(answer, BaseModel)):
        return None
    items = answer.model_fields.get(ITEMS)
    if items is None:
        return Shown(_names(answer), many=False)
    kind = get_args(items.annotation)
    of_ours = get_origin(items.annotation) is list and isinstance(kind[0], type)
    return Shown(_names(kind[0]), many=True) if of_ours and issubclass(kind[0], BaseModel) else None


def _names(model: type[BaseModel]) -> list[str]:
    fields = model.model_fields.items()
    return [field.serialization_alias or field.alias or name for name, field in fields]


def unchanged(request: Request, answer: Response) -> bool:
    """Tell whether somebody has this version already (RFC 9110 13.1.2)."""
    tag, known = answer.headers.get("etag"), request.headers.get("if-none-match")
    if tag is None or known is None:
        return False
    return known.strip() == "*" or tag in {
        one.strip().removeprefix("W/") for one in known.split(",")
    }


def nothing_new(answer: Response) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": answer.headers["etag"]})
