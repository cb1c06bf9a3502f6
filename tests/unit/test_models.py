"""Models are built when they are used first; here, all of them."""

from collections.abc import Iterator

from pydantic import BaseModel

import entrypoints.http.app  # noqa: F401 - loads whatever the service is made of
from adapters.stripe.told import Told
from core.models import Model


def below(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def test_every_model_can_be_built() -> None:
    models = {one for kind in (Model, Told) for one in below(kind)}

    for model in models:
        model.model_rebuild()

    assert len(models) > 500
    assert [one for one in models if not one.__pydantic_complete__] == []
