"""Models are built when they are used first; here, all of them."""

import entrypoints.http.app  # noqa: F401 - loads whatever the service is made of
from tests.models import models


def test_every_model_can_be_built() -> None:
    known = models()

    for model in known:
        model.model_rebuild()

    assert len(known) > 500
    assert [one for one in known if not one.__pydantic_complete__] == []
