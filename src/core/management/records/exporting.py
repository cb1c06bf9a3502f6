"""Records as a file that can be taken again."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, NamedTuple

from pydantic_core import to_json

from core.management.collections.fields import BaseField
from core.management.records import tables
from core.management.records.showing import Shown


class Exported(NamedTuple):
    """All records of a list, as they come, and which of their fields."""

    fields: Sequence[BaseField]
    pages: AsyncIterator[list[Shown]]

    async def lines(self, how: Literal["csv", "ndjson"]) -> AsyncIterator[str]:
        """Yield CSV, or a record a line as JSON; a CSV without records has its header."""
        if how == "csv":
            yield tables.written(self.fields, [], header=True)
        async for page in self.pages:
            if how == "csv":
                yield tables.written(self.fields, page, header=False)
            else:
                yield "".join(to_json(one).decode() + "\n" for one in page)
