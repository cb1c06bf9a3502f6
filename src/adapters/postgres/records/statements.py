"""How a list is read in one order: along an index, from where the page before ended."""

from functools import lru_cache
from typing import Final, LiteralString

from psycopg import sql

from core.management.records.ordering import CREATED, ID, UPDATED

FIELD: Final = 1
"""Any field that the side index knows: by its number."""

MEANT: Final[LiteralString] = """
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
"""
"""Of a record: that all conditions hold."""

UNCHANGED: Final[LiteralString] = """
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
"""
"""That the collection is still what is remembered of it; else nothing is found, and one looks."""

RECORDS: Final[LiteralString] = """
    SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
           updated_by, created_at, updated_at, deleted_at
      FROM management.records AS record
     WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
       AND (deleted_at IS NULL OR %(deleted)s)
"""

PLACES: Final[LiteralString] = """
    SELECT found.*
      FROM management.record_index AS place
     CROSS JOIN LATERAL (
           SELECT id, organization_id, collection_id, data, version, schema_version,
                  created_by, updated_by, created_at, updated_at, deleted_at
             FROM management.records AS record
            WHERE organization_id = %(organization_id)s
              AND collection_id = %(collection_id)s AND id = place.record_id
              AND deleted_at IS NULL
"""
WITHIN_ENDS: Final[LiteralString] = """
            LIMIT 1) AS found
     WHERE place.organization_id = %(organization_id)s
       AND place.collection_id = %(collection_id)s AND field_no = %(field_no)s
       AND (absent, num, ts, txt, record_id)
         > (%(low_absent)s, %(low_num)s::float8, %(low_ts)s::timestamptz, %(low_txt)s::text,
            %(low_id)s::uuid)
       AND (absent, num, ts, txt, record_id)
         < (%(high_absent)s, %(high_num)s::float8, %(high_ts)s::timestamptz,
            %(high_txt)s::text, %(high_id)s::uuid)
"""

BY_ID: Final[LiteralString] = """
       AND id > %(after_id)s
     ORDER BY id
"""
BY_ID_DOWN: Final[LiteralString] = """
       AND id < %(after_id)s
     ORDER BY id DESC
"""
BY_CREATED: Final[LiteralString] = """
       AND (created_at, id) > (%(after_time)s::timestamptz, %(after_id)s::uuid)
     ORDER BY created_at, id
"""
BY_CREATED_DOWN: Final[LiteralString] = """
       AND (created_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid)
     ORDER BY created_at DESC, id DESC
"""
BY_UPDATED: Final[LiteralString] = """
       AND (updated_at, id) > (%(after_time)s::timestamptz, %(after_id)s::uuid)
     ORDER BY updated_at, id
"""
BY_UPDATED_DOWN: Final[LiteralString] = """
       AND (updated_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid)
     ORDER BY updated_at DESC, id DESC
"""
BY_FIELD: Final[LiteralString] = """
     ORDER BY absent, num, ts, txt, record_id
"""
BY_FIELD_DOWN: Final[LiteralString] = """
     ORDER BY absent DESC, num DESC, ts DESC, txt DESC, record_id DESC
"""

ALONG: Final[dict[tuple[int, bool], LiteralString]] = {
    (ID, False): BY_ID,
    (ID, True): BY_ID_DOWN,
    (CREATED, False): BY_CREATED,
    (CREATED, True): BY_CREATED_DOWN,
    (UPDATED, False): BY_UPDATED,
    (UPDATED, True): BY_UPDATED_DOWN,
    (FIELD, False): BY_FIELD,
    (FIELD, True): BY_FIELD_DOWN,
}
"""By which index, and whether its end comes first."""


@lru_cache(maxsize=1024)
def plain(order: tuple[int, bool], limit: int) -> bytes:
    """Read a list that has no conditions to meet, along its index.

    The limit is written out: of one that is a parameter the planner expects much, and plans anew.
    """
    found = (PLACES + WITHIN_ENDS if order[0] == FIELD else RECORDS) + UNCHANGED + ALONG[order]
    return sql.SQL(found + " LIMIT {}").format(limit).as_bytes(None)


def conditioned(order: tuple[int, bool]) -> LiteralString:
    """Read a list whose conditions PostgreSQL plans for, each time."""
    found = PLACES + MEANT + WITHIN_ENDS if order[0] == FIELD else RECORDS + MEANT
    return found + UNCHANGED + ALONG[order] + " LIMIT %(limit)s"


RANKS: Final[LiteralString] = """
    WITH ranked AS (
        SELECT record.*,
               (management.standing(%(no_1)s::integer, %(down_1)s, record, (
                    SELECT place FROM management.record_index AS place
                     WHERE organization_id = %(organization_id)s
                       AND collection_id = %(collection_id)s AND record_id = record.id
                       AND field_no = %(no_1)s::integer))
                || management.standing(%(no_2)s::integer, %(down_2)s, record, (
                    SELECT place FROM management.record_index AS place
                     WHERE organization_id = %(organization_id)s
                       AND collection_id = %(collection_id)s AND record_id = record.id
                       AND field_no = %(no_2)s::integer))
                || management.standing(%(no_3)s::integer, %(down_3)s, record, (
                    SELECT place FROM management.record_index AS place
                     WHERE organization_id = %(organization_id)s
                       AND collection_id = %(collection_id)s AND record_id = record.id
                       AND field_no = %(no_3)s::integer))
                || CASE WHEN %(down)s
                        THEN translate(encode(uuid_send(record.id), 'hex'),
                                       '0123456789abcdef', 'fedcba9876543210')
                        ELSE encode(uuid_send(record.id), 'hex') END) COLLATE "C" AS rank
          FROM management.records AS record
         WHERE record.organization_id = %(organization_id)s
           AND record.collection_id = %(collection_id)s
           AND (%(ids)s::uuid[] IS NULL OR record.id = ANY(%(ids)s::uuid[]))
           AND (deleted_at IS NULL OR %(deleted)s)
"""
BY_RANK: Final[LiteralString] = """)
    SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
           updated_by, created_at, updated_at, deleted_at
      FROM ranked
     WHERE rank > %(after)s::text
     ORDER BY rank
     LIMIT %(limit)s
"""
RANKED: Final[LiteralString] = RANKS + MEANT + BY_RANK
"""By several keys, or among records that are few: each is told where it stands."""

WITHIN: Final[LiteralString] = """
    SELECT place.record_id
      FROM unnest(
               %(low_absents)s::boolean[], %(low_nums)s::float8[],
               %(low_tss)s::timestamptz[], %(low_txts)s::text[],
               %(high_absents)s::boolean[], %(high_nums)s::float8[],
               %(high_tss)s::timestamptz[], %(high_txts)s::text[])
           AS told (low_absent, low_num, low_ts, low_txt, high_absent, high_num, high_ts,
                    high_txt)
     CROSS JOIN LATERAL (
           SELECT record_id
             FROM management.record_index
            WHERE organization_id = %(organization_id)s
              AND collection_id = %(collection_id)s AND field_no = %(field_no)s
              AND (absent, num, ts, txt)
               >= (told.low_absent, told.low_num, told.low_ts, told.low_txt)
              AND (absent, num, ts, txt)
               <= (told.high_absent, told.high_num, told.high_ts, told.high_txt)
            LIMIT %(most)s) AS place
     LIMIT %(most)s
"""
"""Which records lie in some stretches of the side index."""

COUNTED: Final[LiteralString] = """
    SELECT count(*) FROM (
        SELECT 1
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s
           AND collection_id = %(collection_id)s
           AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))
           AND (deleted_at IS NULL OR %(deleted)s)
"""
AT_MOST: Final[LiteralString] = """
         LIMIT %(most)s) AS found
"""
COUNT: Final[LiteralString] = COUNTED + MEANT + AT_MOST
