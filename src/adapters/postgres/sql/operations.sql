-- Who may touch settings and switches. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA management TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON management.settings, management.switches
   TO core_app, core_platform;

-- What is set for the installation, or by somebody for themselves, belongs to no organization:
-- each of them reads it, for it may hold there; only the platform writes it.
ALTER TABLE management.settings ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON management.settings;
CREATE POLICY tenant ON management.settings TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS shared ON management.settings;
CREATE POLICY shared ON management.settings FOR SELECT TO core_app
    USING (organization_id IS NULL);

DROP POLICY IF EXISTS platform ON management.settings;
CREATE POLICY platform ON management.settings TO core_platform USING (true);
