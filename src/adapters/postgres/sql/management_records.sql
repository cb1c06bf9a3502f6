-- Who may touch what of records, and how they are compared. Applied after every migration.

GRANT USAGE ON SCHEMA management TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON management.records, management.record_index,
      management.record_history, management.record_imports, management.record_import_pieces
   TO core_app, core_platform;

ALTER TABLE management.records ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.records;
CREATE POLICY tenant ON management.records TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.records;
CREATE POLICY platform ON management.records TO core_platform USING (true);

ALTER TABLE management.record_index ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.record_index;
CREATE POLICY tenant ON management.record_index TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.record_index;
CREATE POLICY platform ON management.record_index TO core_platform USING (true);

ALTER TABLE management.record_history ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.record_history;
CREATE POLICY tenant ON management.record_history TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.record_history;
CREATE POLICY platform ON management.record_history TO core_platform USING (true);

ALTER TABLE management.record_imports ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.record_imports;
CREATE POLICY tenant ON management.record_imports TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.record_imports;
CREATE POLICY platform ON management.record_imports TO core_platform USING (true);

ALTER TABLE management.record_import_pieces ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.record_import_pieces;
CREATE POLICY tenant ON management.record_import_pieces TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.record_import_pieces;
CREATE POLICY platform ON management.record_import_pieces TO core_platform USING (true);

-- What JSON paths can't compare exactly, or do by rules of their own: decimals, moments, letters
-- of either size, and what every record has. All conditions must hold.
CREATE OR REPLACE FUNCTION management.meets(
    record management.records, keys text[], hows text[], operands jsonb[]
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    found text;
    told text;
    holds boolean;
BEGIN
    FOR at IN 1 .. cardinality(keys) LOOP
        found := CASE keys[at]
            WHEN 'id' THEN record.id::text
            WHEN 'version' THEN record.version::text
            WHEN 'created_at' THEN record.created_at::text
            WHEN 'updated_at' THEN record.updated_at::text
            WHEN 'created_by' THEN record.created_by::text
            WHEN 'updated_by' THEN record.updated_by::text
            ELSE record.data ->> keys[at] END;
        told := operands[at] #>> '{}';
        holds := CASE hows[at]
            WHEN 'absent' THEN (found IS NULL) = told::boolean
            WHEN 'text_in' THEN operands[at] ? found
            WHEN 'text_nin' THEN (operands[at] ? found) IS NOT TRUE
            WHEN 'number_in' THEN found::numeric = ANY (
                ARRAY(SELECT jsonb_array_elements_text(operands[at])::numeric))
            WHEN 'number_nin' THEN (found::numeric = ANY (
                ARRAY(SELECT jsonb_array_elements_text(operands[at])::numeric))) IS NOT TRUE
            WHEN 'number_lt' THEN found::numeric < told::numeric
            WHEN 'number_lte' THEN found::numeric <= told::numeric
            WHEN 'number_gt' THEN found::numeric > told::numeric
            WHEN 'number_gte' THEN found::numeric >= told::numeric
            WHEN 'time_in' THEN found::timestamptz = ANY (
                ARRAY(SELECT jsonb_array_elements_text(operands[at])::timestamptz))
            WHEN 'time_nin' THEN (found::timestamptz = ANY (
                ARRAY(SELECT jsonb_array_elements_text(operands[at])::timestamptz))) IS NOT TRUE
            WHEN 'time_lt' THEN found::timestamptz < told::timestamptz
            WHEN 'time_lte' THEN found::timestamptz <= told::timestamptz
            WHEN 'time_gt' THEN found::timestamptz > told::timestamptz
            WHEN 'time_gte' THEN found::timestamptz >= told::timestamptz
            WHEN 'contains' THEN strpos(found, told) > 0
            WHEN 'icontains' THEN strpos(lower(found), lower(told)) > 0
            WHEN 'mentions' THEN strpos(lower(concat_ws(E'\n', VARIADIC ARRAY(
                SELECT record.data ->> key
                  FROM jsonb_array_elements_text(operands[at] -> 'in') AS key))),
                operands[at] ->> 'word') > 0
            END;
        IF holds IS NOT TRUE THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION management.meets TO core_app, core_platform;

-- Where a record stands by one of several keys, as digits that are compared from left to right.
CREATE OR REPLACE FUNCTION management.standing(
    field integer, descending boolean, record management.records, place management.record_index
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    digits text;
    number text;
BEGIN
    IF field = 0 THEN
        RETURN '';
    END IF;
    number := encode(float8send(coalesce(place.num, 0) + 0.0), 'hex');
    number := CASE WHEN left(number, 1) < '8'
        THEN translate(left(number, 1), '01234567', '89abcdef') || substr(number, 2)
        ELSE translate(number, '0123456789abcdef', 'fedcba9876543210') END;
    digits := CASE WHEN field > 0 AND place.absent IS NOT FALSE THEN '1' ELSE '0' END
        || number
        || lpad(to_hex((extract(epoch FROM CASE field
               WHEN -2 THEN record.created_at
               WHEN -3 THEN record.updated_at
               ELSE coalesce(place.ts, 'epoch') END) * 1000000)::bigint + 1152921504606846976),
               16, '0')
        || encode(convert_to(CASE field WHEN -1 THEN record.id::text
               ELSE coalesce(place.txt, '') END, 'UTF8'), 'hex')
        || '00';
    RETURN CASE WHEN descending
        THEN translate(digits, '0123456789abcdef', 'fedcba9876543210') ELSE digits END;
END
$$;

GRANT EXECUTE ON FUNCTION management.standing TO core_app, core_platform;

-- What the planner thinks of a large collection, which is told of no row: counting would take long.
CREATE OR REPLACE FUNCTION management.estimated_records(organization uuid, collection uuid)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    plan json;
BEGIN
    IF organization IS DISTINCT FROM
       nullif(current_setting('app.organization_id', true), '')::uuid THEN
        RETURN 0;
    END IF;
    EXECUTE format(
        'EXPLAIN (FORMAT JSON) SELECT FROM management.records
          WHERE organization_id = %L AND collection_id = %L AND deleted_at IS NULL',
        organization, collection) INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
END
$$;
REVOKE EXECUTE ON FUNCTION management.estimated_records FROM PUBLIC;
GRANT EXECUTE ON FUNCTION management.estimated_records TO core_app;

-- Which records say a word somewhere: by an index that row-level security would keep LIKE from. It
-- tells ids alone, and none of another organization; the query is planned for the word at hand.
CREATE OR REPLACE FUNCTION management.mentioning(
    organization uuid, collection uuid, pattern text, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF organization = nullif(current_setting('app.organization_id', true), '')::uuid THEN
        RETURN QUERY EXECUTE
            'SELECT id FROM management.records
              WHERE organization_id = $1 AND collection_id = $2 AND lower(data::text) LIKE $3
              LIMIT $4'
            USING organization, collection, pattern, most;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION management.mentioning FROM PUBLIC;
GRANT EXECUTE ON FUNCTION management.mentioning TO core_app;
