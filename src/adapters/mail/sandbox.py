"""Jinja2 with everything taken away that a mail does not need."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, override

from jinja2 import FileSystemLoader, StrictUndefined, Template, UndefinedError, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

type Variables = Mapping[str, Any]


class Sandbox:
    """Fills templates that see plain values: no attribute, no function, nothing undefined."""

    def __init__(self, folder: Path) -> None:
        self._environment = _Environment(
            loader=FileSystemLoader(folder),
            autoescape=select_autoescape(["html"], default_for_string=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.clear()

    def plain(self, source: str) -> Callable[[Variables], str]:
        """Compile plain text: what it returns is not escaped."""
        template = self._environment.from_string(source)
        return lambda variables: _fill(template, variables)

    def page(self, name: str, variables: Variables) -> str:
        """Fill an HTML file of the folder; every value is escaped."""
        return _fill(self._environment.get_template(name), variables)


class _Environment(SandboxedEnvironment):
    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False


def _fill(template: Template, variables: Variables) -> str:
    try:
        return template.render(variables)
    except UndefinedError as error:
        raise KeyError(error.message) from error
