"""What every adapter of the port of encrypted secrets must do."""

from bootstrap import Container
from core.stored import StoredBox
from tests.contracts.founding import founded
from tests.contracts.sso_connections import connected


async def all_of(container: Container) -> dict[str, StoredBox]:
    found: dict[str, StoredBox] = {}
    after = None
    while page := await container.secret_boxes().page(after, limit=2):
        assert [one.key for one in page] == sorted({one.key for one in page} - found.keys())
        after = page[-1].key
        found |= {one.key: one for one in page}
    return found


class SecretBoxesContract:
    async def test_each_is_found_once_page_by_page(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = [await connected(container, organization, client_secret_box=b"1") for _ in range(3)]
        ours = await connected(container, client_secret_box=b"2")

        found = await all_of(container)

        boxes = {one.key: one.box for one in found.values()}
        assert {f"sso_connections:{one.id}" for one in made} <= boxes.keys()
        assert boxes[f"sso_connections:{ours.id}"] == b"2"

    async def test_one_is_replaced_unless_it_changed_meanwhile(self, container: Container) -> None:
        made = await connected(container, client_secret_box=b"old")
        stored = StoredBox(key=f"sso_connections:{made.id}", box=b"old")
        boxes = container.secret_boxes()

        assert await boxes.replace(stored, b"new")
        assert not await boxes.replace(stored, b"newer")
        assert not await boxes.replace(StoredBox(key="nowhere:1", box=b"old"), b"new")
        found = await container.sso_connections().find(made.id)
        assert found is not None
        assert found.client_secret_box == b"new"
