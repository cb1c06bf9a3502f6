"""What is wired has all its ports, no others, and keeps them."""

import pytest

from bootstrap import Application
from core.accounts.service import GetUser


def test_a_use_case_wants_its_ports_and_no_others(application: Application) -> None:
    ports = vars(application.use(GetUser))
    name = min(ports)

    assert ports.keys() == GetUser.ports().keys()
    with pytest.raises(TypeError, match=f"GetUser misses, or does not know: {name}"):
        GetUser(**{key: one for key, one in ports.items() if key != name})
    with pytest.raises(TypeError, match="GetUser misses, or does not know: unheard_of"):
        GetUser(**ports | {"unheard_of": None})


def test_a_use_case_stays_as_it_was_wired(application: Application) -> None:
    get = application.use(GetUser)

    with pytest.raises(AttributeError, match="stays as it was wired"):
        get.users = None  # type: ignore[misc, assignment]  # which is tried
