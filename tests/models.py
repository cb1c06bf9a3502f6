"""All of our models: they are built when they are used first."""

from collections.abc import Iterator

from pydantic import BaseModel

from adapters.stripe.told import Told
from core.models import Model


def models() -> set[type[BaseModel]]:
    """Return those of all modules that are loaded."""
    return {one for kind in (Model, Told) for one in _below(kind)}


def _below(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
