"""How a flag is shown to people."""

from typing import TYPE_CHECKING, Any

import typer

from entrypoints.cli.showing import details, text

if TYPE_CHECKING:
    from core.management.flags.schemas import FlagView

PERCENT = 100


def shown(flag: "FlagView", *, json: bool) -> None:
    if json:
        details(flag, json=True)
        return
    variants = ", ".join(f"{name}={as_written(value)}" for name, value in flag.variants.items())
    rows = [
        ("key", flag.key),
        ("title", flag.title),
        ("is", "on" if flag.enabled else "off"),
        ("type", flag.type),
        ("variants", variants),
        ("default", flag.default),
        ("rules", rules(flag)),
        ("version", flag.version),
    ]
    for name, value in rows:
        typer.echo(f"{name:<8}  {text(value)}")


def rules(flag: "FlagView") -> str:
    return "; ".join(map(_rule, flag.rules)) or "-"


def _rule(rule: Any) -> str:
    """Say a rule as people would: `country in ["de"]: on 10 %, off 90 %`."""
    conditions = " and ".join(f"{one.attr} {one.op} {as_written(one.value)}" for one in rule.all)
    if rule.split is None:
        return f"{conditions or 'all'}: {rule.serve}"
    parts = ", ".join(f"{name} {part / PERCENT:g} %" for name, part in rule.split.items())
    return f"{conditions or 'all'}: {parts}"


def as_written(value: object) -> str | None:
    from json import dumps

    if value is None or isinstance(value, str):
        return value
    return dumps(value, ensure_ascii=False)
