"""What every adapter of the port of data exports must do."""

import asyncio
from typing import Any
from uuid import uuid4

from bootstrap import Container
from core.accounts import models
from core.accounts.privacy.models import DataExport, ExportId
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.factories import DAY, NOW


def export_of(user: models.User, **fields: Any) -> DataExport:
    defaults = {
        "id": factories.new_id(),
        "user_id": user.id,
        "created_at": NOW,
        "expires_at": NOW + 7 * DAY,
    }
    return DataExport.model_validate(defaults | fields)


class DataExportsContract:
    async def test_one_is_kept_and_found_by_whose_it_is_alone(self, container: Container) -> None:
        ada, eve = await known(container), await known(container)
        made, exports = export_of(ada), container.data_exports()

        assert await exports.begin(made) == made

        assert made.status == "pending"
        assert await exports.get(ada.id, made.id) == made
        assert await exports.get(eve.id, made.id) is None
        assert await exports.get(ada.id, ExportId(uuid4())) is None

    async def test_while_one_is_pending_there_is_no_other_of_the_same_person(
        self, container: Container
    ) -> None:
        ada, eve = await known(container), await known(container)
        exports = container.data_exports()
        first, other = export_of(ada), export_of(eve)

        await exports.begin(first)

        assert await exports.begin(export_of(ada)) == first
        assert await exports.begin(other) == other

    async def test_of_many_at_once_all_get_the_same(self, container: Container) -> None:
        ada, exports = await known(container), container.data_exports()

        begun = await asyncio.gather(*(exports.begin(export_of(ada)) for _ in range(5)))

        assert len({one.id for one in begun}) == 1

    async def test_what_was_gathered_is_kept_once(self, container: Container) -> None:
        ada, exports = await known(container), container.data_exports()
        made = await exports.begin(export_of(ada))

        assert await exports.finish(made.id, b"\x00 box", NOW + DAY)
        assert not await exports.finish(made.id, b"another", NOW + 2 * DAY)

        ready = made.evolve(content_box=b"\x00 box", finished_at=NOW + DAY)
        assert ready.status == "ready"
        assert await exports.get(ada.id, made.id) == ready
        assert not await exports.finish(ExportId(uuid4()), b"box", NOW)

    async def test_after_one_is_ready_there_may_be_another(self, container: Container) -> None:
        ada, exports = await known(container), container.data_exports()
        first, second = export_of(ada), export_of(ada)
        await exports.begin(first)
        await exports.finish(first.id, b"box", NOW)

        assert await exports.begin(second) == second

    async def test_what_has_expired_is_forgotten_bit_by_bit(self, container: Container) -> None:
        long_ago, exports = NOW - 1000 * DAY, container.data_exports()
        people = [await known(container) for _ in range(4)]
        ends = (long_ago, long_ago, long_ago, NOW)
        made = [
            await exports.begin(export_of(ada, expires_at=end))
            for ada, end in zip(people, ends, strict=True)
        ]

        counts = [await exports.purge(long_ago + DAY, limit=2) for _ in range(3)]

        assert counts == [2, 1, 0]
        left = [await exports.get(UserId(one.user_id), one.id) for one in made]
        assert left == [None, None, None, made[3]]
