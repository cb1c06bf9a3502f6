"""What every adapter must tell of the files that somebody uploaded."""

from bootstrap import Container
from tests.contracts.filing import admitted, bucket, moved
from tests.contracts.founding import known


class StorageDataContract:
    async def test_somebodys_files_are_told_and_nobody_elses(self, container: Container) -> None:
        ada, place = await known(container), await bucket(container)
        mine = await admitted(container, place, owner_id=ada.id, filename="mine.txt")
        await admitted(container, place, owner_id=(await known(container)).id)
        gone = await admitted(container, place, owner_id=ada.id)
        await moved(container, gone, "aborted", "purged")

        told = await container.storage_data().of(ada.id)

        [file] = told["objects"]
        assert container.storage_data().name == "storage"
        assert (file["id"], file["filename"], file["size"]) == (mine.id, "mine.txt", 10)
        assert "key" not in file
