"""The page of documentation about all settings."""

from typing import Any, Final

from pydantic import SecretStr

from settings.model import Settings

PAGE: Final = """# Settings

Variables of the environment; a file `.env` in the working folder fills in where the environment
is silent. This page is made by `core-api settings docs`. OpenTelemetry's own `OTEL_*` variables
work as its documentation says; tracing is on once one names a collector.

| variable | default | what |
|---|---|---|
{rows}
"""


def reference() -> str:
    """Describe every setting, as a page of Markdown."""
    rows = "\n".join(
        f"| `CORE_{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    )
    return PAGE.format(rows=rows)


def _default(value: Any) -> str:
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{shown}`" if shown not in {None, (), ""} else ""
