"""Collections as files: read, written, and shown as what they would change."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from entrypoints.cli.running import WRONG_USAGE, end
from entrypoints.cli.showing import text

if TYPE_CHECKING:
    from core.management.collections.models import Definition
    from core.management.collections.schemas import Applied, Plan

BREAKS: Final = frozenset("\x85\u2028\u2029")
SIGNS: Final = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


def read(file: Path) -> "Applied":
    """Read a file of collections; - is the input."""
    import sys

    import yaml

    from core.management.collections.schemas import Applied

    try:
        told = _loaded(sys.stdin.read() if str(file) == "-" else file.read_text())
    except OSError as error:
        end(WRONG_USAGE, f"{file} can't be read: {error.strerror}.")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        end(WRONG_USAGE, f"{file} is no YAML: {error}")
    if not isinstance(told, dict) or set(told) != {"collections"}:
        end(WRONG_USAGE, f"{file} has to hold `collections:`, a list of them, and nothing else.")
    return Applied.model_validate(told)


def _loaded(text: str) -> Any:
    """Read YAML, and days and moments as the texts that they are in a record."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Takes nothing for a moment."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)  # noqa: S506 - it is the safe one


def written(definitions: "list[Definition]") -> str:
    """Write collections as a file that `apply` takes; what goes without saying is left out."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Escapes what ends a line in YAML and nowhere else: unescaped it is read as a space."""

    def text(dumper: Dumper, value: str) -> yaml.ScalarNode:
        style = '"' if BREAKS.intersection(value) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    told = {"collections": [_told(one) for one in definitions]}
    return yaml.dump(told, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)


def _told(definition: "Definition") -> dict[str, Any]:
    dumped = definition.model_dump(mode="json", exclude_defaults=True)
    fields = [
        {"key": one.key, "type": one.type} | one.model_dump(mode="json", exclude_defaults=True)
        for one in definition.fields
    ]
    return dumped | {"fields": fields}


def show(plans: "list[Plan]") -> None:
    """Print what would change: + comes, ~ changes, - goes; and what is in its way."""
    for plan in plans:
        if plan.action != "none":
            sign, colour = SIGNS[plan.action]
            typer.secho(f"{sign} {plan.key}", fg=colour, bold=True)
            for change in plan.changes:
                _line(change.kind, change.field, change.detail, change.effect)
        for wrong in plan.violations:
            line = f"    ! record {wrong.record_id} {wrong.pointer}: {text(wrong.detail)}"
            typer.secho(line, fg="red")
        if not plan.complete:
            typer.secho(f"    only {plan.looked_at} records were looked at", fg="yellow")
    if all(plan.action == "none" for plan in plans):
        typer.echo("Everything is as the file says.")


def _line(kind: str, field: str | None, detail: str, effect: str) -> None:
    sign = {"field_added": "+", "field_removed": "-", "collection_deleted": "-"}.get(kind, "~")
    sign = "+" if kind == "collection_created" else sign
    colour = {"+": "green", "-": "red", "~": "yellow"}[sign]
    then = {"rewrites": " (records follow by a job)", "destroys": " (values are lost)"}
    what = f"{field}: {text(detail)}" if field else text(detail)
    typer.secho(f"    {sign} {what}{then.get(effect, '')}", fg=colour)
