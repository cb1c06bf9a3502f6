-- Who may touch what in the billing schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA billing TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE
   ON billing.accounts, billing.subscriptions, billing.overrides, billing.invoices,
      billing.checkouts, billing.commands
   TO core_app, core_platform;

-- What was earned is history.
GRANT SELECT, INSERT ON billing.movements TO core_app, core_platform;

-- What is sold is nobody's secret, and what arrived from the provider is the platform's alone.
GRANT SELECT, INSERT ON billing.catalogues TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing.inbox TO core_platform;

ALTER TABLE billing.accounts ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.accounts;
CREATE POLICY tenant ON billing.accounts TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.accounts;
CREATE POLICY platform ON billing.accounts TO core_platform USING (true);

ALTER TABLE billing.subscriptions ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.subscriptions;
CREATE POLICY tenant ON billing.subscriptions TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.subscriptions;
CREATE POLICY platform ON billing.subscriptions TO core_platform USING (true);

ALTER TABLE billing.overrides ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.overrides;
CREATE POLICY tenant ON billing.overrides TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.overrides;
CREATE POLICY platform ON billing.overrides TO core_platform USING (true);

ALTER TABLE billing.invoices ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.invoices;
CREATE POLICY tenant ON billing.invoices TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.invoices;
CREATE POLICY platform ON billing.invoices TO core_platform USING (true);

ALTER TABLE billing.checkouts ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.checkouts;
CREATE POLICY tenant ON billing.checkouts TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.checkouts;
CREATE POLICY platform ON billing.checkouts TO core_platform USING (true);

ALTER TABLE billing.commands ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.commands;
CREATE POLICY tenant ON billing.commands TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.commands;
CREATE POLICY platform ON billing.commands TO core_platform USING (true);

ALTER TABLE billing.movements ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON billing.movements;
CREATE POLICY tenant ON billing.movements TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON billing.movements;
CREATE POLICY platform ON billing.movements TO core_platform USING (true);
