-- Who may touch feature flags. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA management TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON management.flags TO core_app, core_platform;

ALTER TABLE management.flags ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.flags;
CREATE POLICY tenant ON management.flags TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON management.flags;
CREATE POLICY platform ON management.flags TO core_platform USING (true);
