"""A list that is filtered, sorted and counted as somebody likes, around a statement of a module.

That statement is plain text and says whose rows it means. What is asked of it is wrapped around it,
once for each shape: names come out of what the list declares and are quoted, values are parameters.
PostgreSQL pulls the statement up into the whole, so that its indexes serve as if it stood alone.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Final, LiteralString, NamedTuple, Unpack

from psycopg import errors, sql

from adapters.postgres.database import Database, Params, Scope
from core.exceptions import ListTooExpensive, Unavailable
from core.listing import ESTIMATED, EVERYTHING, NEWEST, Field, Found, Op, SortKey, Window
from core.models import Model

SECONDS: Final = 5
"""How long a list may take that is not simply the newest rows."""

_PAGE: Final[LiteralString] = """
    SELECT {columns} FROM ({query}) AS listed {where} ORDER BY {order} LIMIT {limit}
"""
_COUNT: Final[LiteralString] = """
    SELECT count(*) FROM (SELECT FROM ({query}) AS listed {where} LIMIT {most}) AS counted
"""
_CONDITIONS: Final[dict[Op, LiteralString]] = {
    "eq": "{field} = {value}",
    "in": "{field} = ANY({value})",
    "ne": "{field} IS DISTINCT FROM {value}",
    "nin": "({field} IS NULL OR {field} <> ALL({value}))",
    "lt": "{ordered} < {value}",
    "lte": "{ordered} <= {value}",
    "gt": "{ordered} > {value}",
    "gte": "{ordered} >= {value}",
    "contains": "strpos({field}, {value}::text) > 0",
    "icontains": "strpos(lower({field}), lower({value}::text)) > 0",
    "starts_with": "starts_with({field}, {value}::text)",
    "is_null": "({field} IS NULL) = {value}",
}
_SIGNS: Final[dict[tuple[bool, bool], LiteralString]] = {
    (False, True): " > ",
    (False, False): " >= ",
    (True, True): " < ",
    (True, False): " <= ",
}
_HOLDS: Final[LiteralString] = "{value}::text = ANY({field})"


class Shape(NamedTuple):
    """All that a statement depends on but values. `absent`: which keys the last row did not have,
    if there was one."""

    conditions: tuple[tuple[Field, Op], ...]
    order: tuple[SortKey, ...]
    absent: tuple[bool, ...] | None


async def listed[M: Model](
    database: Database,
    model: type[M],
    query: LiteralString,
    params: Params,
    *,
    order: tuple[SortKey, ...] = NEWEST,
    scope: Scope = None,
    **window: Unpack[Window],
) -> Found[M]:
    """Return a page of what a statement finds, in this order if no other is asked for.

    The statement has no order and no limit of its own. Its columns are the model's fields, and
    whatever else the list is filtered or sorted by.

    Raise ListTooExpensive for what takes too long.
    """
    listing = window.get("listing", EVERYTHING)
    before = window.get("before")
    after = listing.after or (() if before is None else (before,))
    if listing is EVERYTHING:  # as nearly every time, and so it costs no more than it must
        statement = newest_of(model, query, order, before is not None, window["limit"])
        paged = {**params, "after_0": before}
        return Found(await database.fetch_all(model, statement, paged, scope=scope))
    absent = tuple(value is None for value in after) if after else None
    conditions = tuple(one[:2] for one in listing.conditions)
    shape = Shape(conditions, listing.order or order, absent)
    values = {f"listed_{at}": _value(*one) for at, one in enumerate(listing.conditions)}
    whole = {**params, **values}
    paged = (
        whole
        | {"listed_limit": window["limit"]}
        | {f"after_{at}": value for at, value in enumerate(after)}
    )
    async with limited(database):
        found = await database.fetch_all(model, page_of(model, query, shape), paged, scope=scope)
        if listing.counting == "none":
            return Found(found)
        counting = _Counting(database, query, shape, whole, scope)
        return Found(found, await counting(estimated=listing.counting == "estimated"))


class _Counting(NamedTuple):
    """All that a list counts."""

    database: Database
    query: LiteralString
    shape: Shape
    params: Params
    scope: Scope

    async def __call__(self, *, estimated: bool) -> int:
        most = ESTIMATED + 1 if estimated else None
        params = {**self.params, "listed_most": most}
        [total] = await self._asked(count_of(self.query, self.shape), params)
        if most is None or total < most:
            return int(total)
        [[plan]] = await self._asked(estimate_of(self.query, self.shape), self.params)
        return max(int(total), int(plan["Plan"]["Plan Rows"]))

    async def _asked(self, statement: bytes, params: Params) -> list[Any]:
        return await self.database.fetch_values(statement, params, scope=self.scope)


def _value(field: Field, op: Op, values: tuple[Any, ...]) -> Any:
    return list(values) if op in {"in", "nin"} else values[0]


@asynccontextmanager
async def limited(database: Database) -> AsyncIterator[None]:
    try:
        async with database.transaction():
            await database.queue(
                "SELECT set_config('statement_timeout', %(most)s, true)", {"most": f"{SECONDS}s"}
            )
            yield
    except Unavailable as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise ListTooExpensive from error
        raise


# --- Putting it together --------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def newest_of(
    model: type[Model],
    query: LiteralString,
    order: tuple[SortKey, ...],
    goes_on: bool,  # noqa: FBT001 - a key of the cache
    limit: int,
) -> bytes:
    """Write the limit out: of one that is a parameter the planner expects much, and plans anew."""
    return page_of(model, query, Shape((), order, (False,) if goes_on else None), limit)


@lru_cache(maxsize=4096)
def page_of(
    model: type[Model], query: LiteralString, shape: Shape, limit: int | None = None
) -> bytes:
    columns = (sql.Identifier("listed", name) for name in model.model_fields)
    conditions = [*_conditions(shape), *_beyond(shape)]
    order = sql.SQL(", ").join(map(_sorted, shape.order))
    return _whole(
        sql.SQL(_PAGE).format(
            columns=sql.SQL(", ").join(columns),
            query=sql.SQL(query),
            where=_where(conditions),
            order=order,
            limit=sql.Placeholder("listed_limit") if limit is None else limit,
        )
    )


@lru_cache(maxsize=4096)
def count_of(query: LiteralString, shape: Shape) -> bytes:
    return _whole(
        sql.SQL(_COUNT).format(
            query=sql.SQL(query),
            where=_where(list(_conditions(shape))),
            most=sql.Placeholder("listed_most"),
        )
    )


@lru_cache(maxsize=4096)
def estimate_of(query: LiteralString, shape: Shape) -> bytes:
    """Ask what the planner thinks, which reads no row."""
    return _whole(
        sql.SQL("EXPLAIN (FORMAT JSON) SELECT FROM ({query}) AS listed {where}").format(
            query=sql.SQL(query), where=_where(list(_conditions(shape)))
        )
    )


def _whole(composed: sql.Composed) -> bytes:
    return composed.as_bytes(None)


def _where(conditions: list[sql.Composable]) -> sql.Composable:
    return sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("")


def _conditions(shape: Shape) -> Iterator[sql.Composable]:
    for at, (field, op) in enumerate(shape.conditions):
        text = _HOLDS if field.kind == "texts" and op == "contains" else _CONDITIONS[op]
        yield sql.SQL(text).format(
            field=sql.Identifier("listed", field.name),
            ordered=_ordered(field),
            value=sql.Placeholder(f"listed_{at}"),
        )


def _ordered(field: Field) -> sql.Composable:
    """Put texts in the order of their code points: the same in every database, and in memory."""
    name = sql.Identifier("listed", field.name)
    texts = field.kind in {"text", "address", "enum"}
    return name + sql.SQL(' COLLATE "C"') if texts else name


def _sorted(key: SortKey) -> sql.Composable:
    """What is not there comes last, and first the other way round: as PostgreSQL has it anyway."""
    return _ordered(key.field) + sql.SQL(" DESC" if key.descending else "")


def _beyond(shape: Shape) -> Iterator[sql.Composable]:
    """Say that a row comes behind the last one: by the first key, or by the next if that is equal.

    The first key is bounded by itself as well, for an index to begin there.
    """
    if shape.absent is None:
        return
    ways = list[sql.Composable]()
    equal = list[sql.Composable]()
    for at, (key, absent) in enumerate(zip(shape.order, shape.absent, strict=True)):
        if further := _further(key, at, absent=absent, strict=True):
            ways.append(sql.SQL(" AND ").join([*equal, further]))
        equal.append(_equal(key, at, absent=absent))
    if len(shape.order) > 1 and (bound := _further(shape.order[0], 0, absent=shape.absent[0])):
        yield bound
    yield sql.SQL("({})").format(sql.SQL(" OR ").join(ways))


def _further(key: SortKey, at: int, *, absent: bool, strict: bool = False) -> sql.Composable | None:
    field = sql.Identifier("listed", key.field.name)
    if absent:
        return sql.SQL("{} IS NOT NULL").format(field) if key.descending and strict else None
    sign = sql.SQL(_SIGNS[key.descending, strict])
    further = _ordered(key.field) + sign + sql.Placeholder(f"after_{at}")
    if key.descending or not key.field.nullable:
        return further
    return sql.SQL("({} OR {} IS NULL)").format(further, field)


def _equal(key: SortKey, at: int, *, absent: bool) -> sql.Composable:
    if absent:
        return sql.SQL("{} IS NULL").format(sql.Identifier("listed", key.field.name))
    return _ordered(key.field) + sql.SQL(" = ") + sql.Placeholder(f"after_{at}")
