"""How a list is read in one order: along an index, from where the page before ended."""

from typing import Final, LiteralString

from core.management.records.ordering import CREATED, ID, UPDATED

FIELD: Final = 1
"""Any field that the side index knows: by its number."""

ALONG: Final[dict[tuple[int, bool], LiteralString]] = {
    (ID, False): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND id > %(after_id)s AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY id
         LIMIT %(limit)s
        """,
    (ID, True): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND id < %(after_id)s AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY id DESC
         LIMIT %(limit)s
        """,
    (CREATED, False): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND (created_at, id) > (%(after_time)s::timestamptz, %(after_id)s::uuid)
           AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY created_at, id
         LIMIT %(limit)s
        """,
    (CREATED, True): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND (created_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid)
           AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY created_at DESC, id DESC
         LIMIT %(limit)s
        """,
    (UPDATED, False): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND (updated_at, id) > (%(after_time)s::timestamptz, %(after_id)s::uuid)
           AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY updated_at, id
         LIMIT %(limit)s
        """,
    (UPDATED, True): """
        SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
               updated_by, created_at, updated_at, deleted_at
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
           AND (updated_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid)
           AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY updated_at DESC, id DESC
         LIMIT %(limit)s
        """,
    (FIELD, False): """
        SELECT found.*
          FROM management.record_index AS place
         CROSS JOIN LATERAL (
               SELECT id, organization_id, collection_id, data, version, schema_version,
                      created_by, updated_by, created_at, updated_at, deleted_at
                 FROM management.records AS record
                WHERE organization_id = %(organization_id)s
                  AND collection_id = %(collection_id)s AND id = place.record_id
                  AND deleted_at IS NULL
                  AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
                  AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
                  AND (%(keys)s::text[] IS NULL OR management.meets(
                       record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
                LIMIT 1) AS found
         WHERE place.organization_id = %(organization_id)s
           AND place.collection_id = %(collection_id)s AND field_no = %(field_no)s
           AND (absent, num, ts, txt, record_id)
             > (%(low_absent)s, %(low_num)s::float8, %(low_ts)s::timestamptz, %(low_txt)s::text,
                %(low_id)s::uuid)
           AND (absent, num, ts, txt, record_id)
             < (%(high_absent)s, %(high_num)s::float8, %(high_ts)s::timestamptz,
                %(high_txt)s::text, %(high_id)s::uuid)
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY absent, num, ts, txt, record_id
         LIMIT %(limit)s
        """,
    (FIELD, True): """
        SELECT found.*
          FROM management.record_index AS place
         CROSS JOIN LATERAL (
               SELECT id, organization_id, collection_id, data, version, schema_version,
                      created_by, updated_by, created_at, updated_at, deleted_at
                 FROM management.records AS record
                WHERE organization_id = %(organization_id)s
                  AND collection_id = %(collection_id)s AND id = place.record_id
                  AND deleted_at IS NULL
                  AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
                  AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
                  AND (%(keys)s::text[] IS NULL OR management.meets(
                       record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
                LIMIT 1) AS found
         WHERE place.organization_id = %(organization_id)s
           AND place.collection_id = %(collection_id)s AND field_no = %(field_no)s
           AND (absent, num, ts, txt, record_id)
             > (%(low_absent)s, %(low_num)s::float8, %(low_ts)s::timestamptz, %(low_txt)s::text,
                %(low_id)s::uuid)
           AND (absent, num, ts, txt, record_id)
             < (%(high_absent)s, %(high_num)s::float8, %(high_ts)s::timestamptz,
                %(high_txt)s::text, %(high_id)s::uuid)
           AND (%(as_of)s::timestamptz IS NULL OR %(as_of)s = (
                SELECT CASE noun.id WHEN %(collection_id)s THEN noun.updated_at END
                  FROM management.collections AS noun
                 WHERE (noun.organization_id = %(organization_id)s
                        OR noun.organization_id IS NULL)
                   AND noun.key = %(key)s AND noun.deleted_at IS NULL
                 ORDER BY noun.organization_id NULLS LAST
                 LIMIT 1))
         ORDER BY absent DESC, num DESC, ts DESC, txt DESC, record_id DESC
         LIMIT %(limit)s
        """,
}

RANKED: Final[LiteralString] = """
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
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[])))
    SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
           updated_by, created_at, updated_at, deleted_at
      FROM ranked
     WHERE rank > %(after)s::text
     ORDER BY rank
     LIMIT %(limit)s
"""
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

COUNT: Final[LiteralString] = """
    SELECT count(*) FROM (
        SELECT 1
          FROM management.records AS record
         WHERE organization_id = %(organization_id)s
           AND collection_id = %(collection_id)s
           AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))
           AND (deleted_at IS NULL OR %(deleted)s)
           AND (%(path)s::jsonpath IS NULL OR data @@ %(path)s::jsonpath)
           AND (%(said)s::text[] IS NULL OR lower(data::text) LIKE ALL(%(said)s::text[]))
           AND (%(keys)s::text[] IS NULL OR management.meets(
                record, %(keys)s::text[], %(hows)s::text[], %(operands)s::jsonb[]))
         LIMIT %(most)s) AS found
"""
