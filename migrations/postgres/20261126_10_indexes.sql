-- What a tenant's deletion takes with it, and what the sweeps look for, is found without reading the whole table.
CREATE INDEX versions_tenant ON versions (tenant_id);
CREATE INDEX password_resets_tenant ON password_resets (tenant_id);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);
CREATE INDEX invitations_expiry ON invitations (expires_at);
CREATE INDEX sign_in_failures_age ON sign_in_failures (since);
CREATE INDEX blobs_age ON blobs (created_at);
CREATE INDEX blob_uploads_age ON blob_uploads (started_at);
CREATE INDEX domain_owners_domain ON domain_owners (domain_id);
