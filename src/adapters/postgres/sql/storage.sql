-- Who may touch what in the storage schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA storage TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA storage TO core_app, core_platform;

ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON storage.buckets;
CREATE POLICY tenant ON storage.buckets TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON storage.buckets;
CREATE POLICY platform ON storage.buckets TO core_platform USING (true);

ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON storage.objects;
CREATE POLICY tenant ON storage.objects TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON storage.objects;
CREATE POLICY platform ON storage.objects TO core_platform USING (true);

ALTER TABLE storage.usage ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON storage.usage;
CREATE POLICY tenant ON storage.usage TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON storage.usage;
CREATE POLICY platform ON storage.usage TO core_platform USING (true);

ALTER TABLE storage.scan_events ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON storage.scan_events;
CREATE POLICY tenant ON storage.scan_events TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON storage.scan_events;
CREATE POLICY platform ON storage.scan_events TO core_platform USING (true);
