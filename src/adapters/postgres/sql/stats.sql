-- Who may touch what in the stats schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA stats TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON stats.usage
   TO core_app, core_platform;

ALTER TABLE stats.usage ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON stats.usage;
CREATE POLICY tenant ON stats.usage TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON stats.usage;
CREATE POLICY platform ON stats.usage TO core_platform USING (true);
