"""All of our models: they are built when they are used first."""

from pydantic import BaseModel

from adapters.stripe.told import Told
from core.models import Model
from entrypoints.http.openapi import below


def models() -> set[type[BaseModel]]:
    """Return those of all modules that are loaded."""
    return {*below(Model), *below(Told)}
