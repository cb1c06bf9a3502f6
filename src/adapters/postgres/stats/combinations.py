from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.stats import constants, metering
from core.stats.models import Contribution

REMEMBERED: Final = 50_000

ADMIT: Final[LiteralString] = """
    WITH told AS (
        SELECT DISTINCT meter_id, day, dims FROM jsonb_to_recordset(%(told)s) AS told (
               meter_id uuid, day date, dims jsonb)
    ), known AS (
        SELECT meter_id, day, dims FROM told
         WHERE EXISTS (SELECT 1 FROM stats.combinations AS one
                        WHERE one.organization_id = %(organization_id)s
                          AND one.meter_id = told.meter_id AND one.day = told.day
                          AND one.dims = told.dims)
    ), new AS (
        SELECT meter_id, day, dims,
               row_number() OVER (PARTITION BY meter_id, day ORDER BY dims)
               + (SELECT count(*) FROM stats.combinations AS one
                   WHERE one.organization_id = %(organization_id)s
                     AND one.meter_id = told.meter_id AND one.day = told.day) AS place
          FROM (TABLE told EXCEPT TABLE known) AS told
    ), added AS (
        INSERT INTO stats.combinations (organization_id, meter_id, day, dims)
        SELECT %(organization_id)s, meter_id, day, dims FROM new WHERE place <= %(most)s
         ORDER BY meter_id, day, dims
        ON CONFLICT (meter_id, day, dims) DO NOTHING
    )
    SELECT meter_id, day, dims FROM known
    UNION ALL
    SELECT meter_id, day, dims FROM new WHERE place <= %(most)s
"""


class Combinations:
    """The dims that a day of a meter was told to have: remembered, and not looked up again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = OrderedDict[tuple[Any, ...], None]()

    async def told_apart(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> Sequence[Contribution]:
        """Put what a day tells apart no more into one."""
        news = {_day(one): one for one in contributions if metering.apart(one.dims)}
        news = {day: one for day, one in news.items() if day not in self._known}
        if not news:
            return contributions
        admitted = await self._admitted(organization_id, news.values())
        for day in admitted:
            self._known[day] = None
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        excess = set(news) - admitted
        places: dict[tuple[Any, ...], list[Contribution]] = defaultdict(list)
        for one in contributions:
            if _day(one) in excess:
                one = one.model_copy(update={"dims": metering.other(one.dims)})  # noqa: PLW2901
            places[place_of(one)].append(one)
        return [metering.together(all_) for all_ in places.values()]

    async def _admitted(
        self, organization_id: OrganizationId, told: Iterable[Contribution]
    ) -> set[tuple[Any, ...]]:
        """Return the dims that a day had already, or has room for."""
        rows = await self._database.fetch_rows(
            ADMIT,
            {
                "organization_id": organization_id,
                "most": constants.COMBINATIONS,
                "told": Jsonb(
                    [
                        {
                            "meter_id": str(one.meter_id),
                            "day": one.bucket.date().isoformat(),
                            "dims": metering.apart(one.dims),
                        }
                        for one in told
                    ]
                ),
            },
            scope=organization_id,
        )
        return {(row["meter_id"], row["day"], key_of(row["dims"])) for row in rows}


def key_of(dims: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(dims.items()))


def place_of(one: Contribution) -> tuple[Any, ...]:
    return one.meter_id, one.bucket, key_of(one.dims)


def _day(one: Contribution) -> tuple[Any, ...]:
    return one.meter_id, one.bucket.date(), key_of(metering.apart(one.dims))
