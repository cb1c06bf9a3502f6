-- Who may touch what in the webhooks schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA webhooks TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks.endpoints, webhooks.deliveries
   TO core_app, core_platform;

ALTER TABLE webhooks.endpoints ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON webhooks.endpoints;
CREATE POLICY tenant ON webhooks.endpoints TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON webhooks.endpoints;
CREATE POLICY platform ON webhooks.endpoints TO core_platform USING (true);

ALTER TABLE webhooks.deliveries ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON webhooks.deliveries;
CREATE POLICY tenant ON webhooks.deliveries TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON webhooks.deliveries;
CREATE POLICY platform ON webhooks.deliveries TO core_platform USING (true);
