"""Collections to begin with, which come along as files that `apply` takes."""

from functools import cache
from pathlib import Path
from typing import Final, override

from core.management.collections import ports
from core.management.collections.models import Definition
from core.management.collections.schemas import Applied

HERE: Final = Path(__file__).parent


class Templates(ports.Templates):
    @override
    def all(self) -> dict[str, tuple[Definition, ...]]:
        return _read()


@cache
def _read() -> dict[str, tuple[Definition, ...]]:
    import yaml  # noqa: PLC0415 - loaded by the first who asks

    return {
        file.stem: Applied.model_validate(yaml.safe_load(file.read_text())).collections
        for file in sorted(HERE.glob("*.yaml"))
    }
