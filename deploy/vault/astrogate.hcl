# What Astrogate's AppRole may do in Vault or OpenBao, and nothing else. Health, seal status and unsealing need no token.
# The role is to be made with token_no_default_policy=true, so that this list is the whole of it.

# Backups: all that Vault keeps, sealed by its keys.
path "sys/storage/raft/snapshot" {
  capabilities = ["read"]
}

# Restore, also of a snapshot that has other unseal keys than Vault has now. Whoever may do this may replace all that
# Vault keeps; it is the strongest right here, and Astrogate uses it only in a restore job.
path "sys/storage/raft/snapshot-force" {
  capabilities = ["update"]
}

# A full reset: which secrets Astrogate keeps, by name alone, and their end with all versions. It reads none of them by this.
path "astrogate/metadata/*" {
  capabilities = ["list", "delete"]
}

# Before a full reset: whether the list above lets it end them.
path "sys/capabilities-self" {
  capabilities = ["update"]
}

# Its own token.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
path "auth/token/revoke-self" {
  capabilities = ["update"]
}
