-- Who may touch what in the stats schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA stats TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON stats.usage, stats.events, stats.meters, stats.rollups,
      stats.names, stats.combinations, stats.alerts, stats.reports, stats.dashboards,
      stats.answers, stats.hourly_rollups
   TO core_app, core_platform;

ALTER TABLE stats.usage ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.usage;
CREATE POLICY tenant ON stats.usage TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.usage;
CREATE POLICY platform ON stats.usage TO core_platform USING (true);

ALTER TABLE stats.events ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.events;
CREATE POLICY tenant ON stats.events TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.events;
CREATE POLICY platform ON stats.events TO core_platform USING (true);

ALTER TABLE stats.meters ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.meters;
CREATE POLICY tenant ON stats.meters TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.meters;
CREATE POLICY platform ON stats.meters TO core_platform USING (true);

ALTER TABLE stats.rollups ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.rollups;
CREATE POLICY tenant ON stats.rollups TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.rollups;
CREATE POLICY platform ON stats.rollups TO core_platform USING (true);

ALTER TABLE stats.hourly_rollups ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.hourly_rollups;
CREATE POLICY tenant ON stats.hourly_rollups TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.hourly_rollups;
CREATE POLICY platform ON stats.hourly_rollups TO core_platform USING (true);

ALTER TABLE stats.names ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.names;
CREATE POLICY tenant ON stats.names TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.names;
CREATE POLICY platform ON stats.names TO core_platform USING (true);

ALTER TABLE stats.combinations ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.combinations;
CREATE POLICY tenant ON stats.combinations TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.combinations;
CREATE POLICY platform ON stats.combinations TO core_platform USING (true);

ALTER TABLE stats.alerts ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.alerts;
CREATE POLICY tenant ON stats.alerts TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.alerts;
CREATE POLICY platform ON stats.alerts TO core_platform USING (true);

ALTER TABLE stats.reports ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.reports;
CREATE POLICY tenant ON stats.reports TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.reports;
CREATE POLICY platform ON stats.reports TO core_platform USING (true);

ALTER TABLE stats.dashboards ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.dashboards;
CREATE POLICY tenant ON stats.dashboards TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.dashboards;
CREATE POLICY platform ON stats.dashboards TO core_platform USING (true);

ALTER TABLE stats.answers ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.answers;
CREATE POLICY tenant ON stats.answers TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.answers;
CREATE POLICY platform ON stats.answers TO core_platform USING (true);

-- What conditions and groups see of an event where one asks for more than its properties.
CREATE OR REPLACE FUNCTION stats.seen(event stats.events)
RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT event.props || jsonb_strip_nulls(jsonb_build_object(
           '$name', event.name, '$subject', event.subject, '$session', event.session,
           '$source', event.source))
$$;

GRANT EXECUTE ON FUNCTION stats.seen TO core_app, core_platform;

-- One of them alone, which takes a twentieth of the time: the document is not built.
CREATE OR REPLACE FUNCTION stats.seen_as(event stats.events, key text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE key WHEN '$name' THEN event.name
                    WHEN '$subject' THEN event.subject
                    WHEN '$session' THEN event.session
                    WHEN '$source' THEN event.source
                    ELSE event.props->>key END
$$;

GRANT EXECUTE ON FUNCTION stats.seen_as TO core_app, core_platform;

-- A month of events is a table. The service owns none, so it asks these, which do nothing else.
CREATE OR REPLACE FUNCTION stats.ensure_partitions(since timestamptz, until timestamptz)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    month timestamptz := date_trunc('month', since, 'UTC');
    place text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stats/partitions', 0));
    WHILE month < until LOOP
        place := 'events_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM');
        IF to_regclass('stats.' || place) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE stats.%I PARTITION OF stats.events FOR VALUES FROM (%L) TO (%L)',
                place, month, date_add(month, interval '1 month', 'UTC'));
            RETURN NEXT place;
        END IF;
        month := date_add(month, interval '1 month', 'UTC');
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION stats.ensure_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.ensure_partitions TO core_platform;

CREATE OR REPLACE FUNCTION stats.drop_partitions(before timestamptz)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    place text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stats/partitions', 0));
    FOR place IN
        SELECT child.relname
          FROM pg_inherits AS i
          JOIN pg_class AS child ON child.oid = i.inhrelid
         WHERE i.inhparent = 'stats.events'::regclass
           AND child.relname < 'events_' || to_char(before AT TIME ZONE 'UTC', 'YYYYMM')
         ORDER BY child.relname
    LOOP
        EXECUTE format('DROP TABLE stats.%I', place);
        RETURN NEXT place;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION stats.drop_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.drop_partitions TO core_platform;

SELECT stats.ensure_partitions(now() - interval '13 months', now() + interval '3 months');
