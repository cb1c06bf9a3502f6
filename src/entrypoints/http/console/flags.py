"""What is switched on in an organization, and for how many."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fastapi import Request, Response
from pydantic_core import from_json

from core.exceptions import FieldError, ValidationFailed
from core.management.flags import constants, schemas, service
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here

router = make_router()

FLAGS: Final = f"{TENANT}/flags"
FLAG: Final = f"{FLAGS}/{{flag_key}}"
WHOLE: Final = 100
EACH: Final = constants.BUCKETS // WHOLE


@router.get(FLAGS)
async def list_flags(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListFlags)
    found = await visit.use(service.ListFlags)(query, visit.actor)
    return visit.page(
        "flags.html", found=found, older=older(request, found.next_cursor), query=query
    )


@router.post(FLAGS)
@beside(list_flags)
async def create_flag(request: Request) -> Response:
    """Make one that is on or off, and off at first."""
    visit = here(request)
    command = visit.sent.command(schemas.CreateFlag, enabled=False, type="bool")
    made = await visit.use(service.CreateFlag)(command, visit.actor)
    return visit.leave(visit.path(f"/flags/{made.key}"), f"The flag {made.key} is there, and off.")


@router.get(FLAG)
async def show_flag(request: Request, flag_key: str) -> Response:
    visit = here(request)
    flag = await _flag(visit, flag_key)
    return visit.page("flag.html", flag=flag, share=_share(flag), evaluated=None)


@router.post(f"{FLAG}/toggle")
@beside(show_flag)
async def toggle_flag(request: Request, flag_key: str) -> Response:
    visit = here(request)
    enabled = visit.sent.values.get("enabled") == "true"
    command = visit.sent.command(schemas.ToggleFlag, key=flag_key, enabled=enabled)
    await visit.use(service.ToggleFlag)(command, visit.actor)
    said = f"The flag {flag_key} is {'on' if enabled else 'off'}."
    back = "/flags" if visit.sent.values.get("back") == "list" else f"/flags/{flag_key}"
    return visit.leave(visit.path(back), said)


@router.post(f"{FLAG}/rollout")
@beside(show_flag)
async def roll_out(request: Request, flag_key: str) -> Response:
    """Have so many of everybody served what is on: the last rule, for those whom no other fits."""
    visit = here(request)
    flag, part = await _flag(visit, flag_key), _part(visit.sent.values.get("percent", ""))
    names = _on_and_off(flag)
    if names is None:
        raise ValidationFailed("Only a flag that is on or off is rolled out here.")
    on, off = names
    split = {on: part, off: constants.BUCKETS - part}
    rules = [one for one in flag.rules if one.all]
    changes = schemas.FlagChanges(rules=(*rules, schemas.Targeting(split=split)))
    command = visit.sent.command(
        schemas.UpdateFlag,
        key=flag_key,
        changes=changes,
        expected_version=visit.sent.values.get("version"),
    )
    await visit.use(service.UpdateFlag)(command, visit.actor)
    said = f"{Decimal(part) / EACH} % of everybody are served {on}."
    return visit.leave(visit.path(f"/flags/{flag_key}"), said)


@router.post(f"{FLAG}/evaluate")
@beside(show_flag)
async def evaluate_flag(request: Request, flag_key: str) -> Response:
    """Say what it says to somebody: nothing is changed by that."""
    visit = here(request)
    context = _context(visit.sent.values.get("context"))
    if who := visit.sent.values.get("who"):
        context["targetingKey"] = who
    command = visit.sent.command(schemas.EvaluateFlag, key=flag_key, context=context)
    evaluated = await visit.use(service.EvaluateFlag)(command, visit.actor)
    flag = await _flag(visit, flag_key)
    return visit.page("flag.html", flag=flag, share=_share(flag), evaluated=evaluated)


@question(
    router,
    f"{FLAG}/delete",
    title="Delete this flag?",
    about="Whoever asks for it is told that it is not there, and takes what the product says.",
    button="Delete the flag",
    back=FLAG,
)
async def delete_flag(request: Request, flag_key: str) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.DeleteFlag, key=flag_key)
    await visit.use(service.DeleteFlag)(command, visit.actor)
    return visit.leave(visit.path("/flags"), f"The flag {flag_key} is gone.")


async def _flag(visit: Visit, key: str) -> schemas.FlagView:
    reference = visit.sent.command(schemas.FlagReference, key=key)
    return await visit.use(service.GetFlag)(reference, visit.actor)


def _on_and_off(flag: schemas.FlagView) -> tuple[str, str] | None:
    """Return the variants of a flag that has just these two."""
    by_value = {value: name for name, value in flag.variants.items() if isinstance(value, bool)}
    if len(flag.variants) != len(by_value) or set(by_value) != {True, False}:
        return None
    return by_value[True], by_value[False]


def _share(flag: schemas.FlagView) -> Decimal | None:
    """Return how many in a hundred are served what is on, of those whom no condition picks."""
    names = _on_and_off(flag)
    if names is None:
        return None
    last = next((one for one in flag.rules if not one.all), None)
    if last is None or last.split is None:
        return Decimal(WHOLE if (last.serve if last else flag.default) == names[0] else 0)
    return Decimal(last.split.get(names[0], 0)) / EACH


def _part(percent: str) -> int:
    try:
        part = Decimal(percent.replace(",", ".")) * EACH
    except InvalidOperation:
        part = Decimal(-1)
    sound = part.is_finite() and 0 <= part <= constants.BUCKETS and part == int(part)
    if not sound:
        about = "Write a number from 0 to 100, to the hundredth."
        raise ValidationFailed(errors=[FieldError("#/percent", "percent", about)])
    return int(part)


def _context(text: str | None) -> dict[str, Any]:
    try:
        told = from_json(text or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        about = 'Write an object of JSON: {"country": "de"}.'
        raise ValidationFailed(errors=[FieldError("#/context", "json", about)])
    return told
