-- Who may touch what in the accounts schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA accounts TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA accounts TO core_app, core_platform;

-- The one question that every request asks across the wall: which role somebody has in an
-- organization. It answers for one pair and nothing else, and saves the request a second message.
CREATE OR REPLACE FUNCTION accounts.role_of(member uuid, organization uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = ''
AS $$
    SELECT role FROM accounts.memberships
     WHERE user_id = member AND organization_id = organization
$$;

REVOKE ALL ON FUNCTION accounts.role_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.role_of TO core_app;

-- A tenant's rows: visible to statements that say they work for that tenant, and to those that
-- say they work for the whole platform. Anything else sees nothing.
ALTER TABLE accounts.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.invitations ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON accounts.organizations;
CREATE POLICY tenant ON accounts.organizations TO core_app
    USING (id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS tenant ON accounts.memberships;
CREATE POLICY tenant ON accounts.memberships TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS tenant ON accounts.invitations;
CREATE POLICY tenant ON accounts.invitations TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON accounts.organizations;
CREATE POLICY platform ON accounts.organizations TO core_platform USING (true);

DROP POLICY IF EXISTS platform ON accounts.memberships;
CREATE POLICY platform ON accounts.memberships TO core_platform USING (true);

DROP POLICY IF EXISTS platform ON accounts.invitations;
CREATE POLICY platform ON accounts.invitations TO core_platform USING (true);
