-- Who may touch what collections are. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA management TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON management.collections TO core_app, core_platform;

ALTER TABLE management.collections ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.collections;
CREATE POLICY tenant ON management.collections TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

-- Those without an organization are shared: everybody reads them, and operators alone write.
DROP POLICY IF EXISTS shared ON management.collections;
CREATE POLICY shared ON management.collections FOR SELECT TO core_app
    USING (organization_id IS NULL);

DROP POLICY IF EXISTS platform ON management.collections;
CREATE POLICY platform ON management.collections TO core_platform USING (true);
