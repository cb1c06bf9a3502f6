-- Who may touch what in the accounts schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA accounts TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA accounts TO core_app, core_platform;

-- The one question that every request asks across the wall: how somebody stands in an organization.
-- It answers for one pair and nothing else, and saves the request a second message.
DROP FUNCTION IF EXISTS accounts.role_of;

CREATE OR REPLACE FUNCTION accounts.standing_of(
    member uuid, organization uuid,
    OUT role text, OUT granted text[], OUT sso_enforced boolean, OUT mfa_required boolean
) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 1
    SET search_path = ''
AS $$
    SELECT m.role, r.permissions, o.sso_enforced, o.mfa_required
      FROM accounts.memberships AS m
      JOIN accounts.organizations AS o ON o.id = m.organization_id
      LEFT JOIN accounts.roles AS r
        ON r.organization_id = m.organization_id AND r.key = m.role
     WHERE m.user_id = member AND m.organization_id = organization
       AND o.deletes_at IS NULL  -- one that is shut lets nobody in
$$;
REVOKE ALL ON FUNCTION accounts.standing_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.standing_of TO core_app, core_platform;

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

ALTER TABLE accounts.roles ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON accounts.roles;
CREATE POLICY tenant ON accounts.roles TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON accounts.roles;
CREATE POLICY platform ON accounts.roles TO core_platform USING (true);

ALTER TABLE accounts.api_keys ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON accounts.api_keys;
CREATE POLICY tenant ON accounts.api_keys TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON accounts.api_keys;
CREATE POLICY platform ON accounts.api_keys TO core_platform USING (true);

ALTER TABLE accounts.organization_domains ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON accounts.organization_domains;
CREATE POLICY tenant ON accounts.organization_domains TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON accounts.organization_domains;
CREATE POLICY platform ON accounts.organization_domains TO core_platform USING (true);

ALTER TABLE accounts.sso_connections ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON accounts.sso_connections;
CREATE POLICY tenant ON accounts.sso_connections TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP POLICY IF EXISTS platform ON accounts.sso_connections;
CREATE POLICY platform ON accounts.sso_connections TO core_platform USING (true);
