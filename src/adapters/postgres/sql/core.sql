-- Who may touch what in the core schema. Applied after every migration, so it can be repeated.

GRANT USAGE ON SCHEMA core TO core_app, core_platform;
GRANT SELECT ON core.alembic_version, core.compatible_revisions TO core_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON core.idempotency_keys, core.throttles
   TO core_app, core_platform;

-- The audit log is append-only, by grant and, whoever asks, by trigger.
GRANT SELECT, INSERT ON core.audit_events TO core_app, core_platform;

CREATE OR REPLACE FUNCTION core.refuse_change() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only.';
END
$$;

DROP TRIGGER IF EXISTS append_only ON core.audit_events;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core.audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- Events of the platform belong to no organization: anybody may add one, only the platform reads it.
ALTER TABLE core.audit_events ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS tenant ON core.audit_events;
CREATE POLICY tenant ON core.audit_events TO core_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (
        organization_id IS NULL
        OR organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
    );

DROP POLICY IF EXISTS platform ON core.audit_events;
CREATE POLICY platform ON core.audit_events TO core_platform USING (true);
