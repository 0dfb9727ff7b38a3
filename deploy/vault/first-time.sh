#!/bin/sh
# Makes an empty Vault ready for Astrogate, inside its container: keys, policy, AppRole, the mount of docs/vault.md. Says
# everything once, as "name: value" lines, and keeps nothing. Tokens and keys go from program to program by environment and
# standard input; none stands in an argument. Whoever has started it decides where its output goes.
set -eu
umask 077

# Answers as a new Vault does when it cannot be reached in time.
tries=0
until vault operator init -status > /dev/null 2>&1 || [ $? -eq 2 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "Vault does not answer" >&2; exit 1; }
  sleep 1
done
if vault operator init -status > /dev/null 2>&1; then
  echo "this Vault was initialised before; nothing was changed" >&2
  exit 1
fi

made=$(vault operator init -key-shares="${KEY_SHARES:-5}" -key-threshold="${KEY_THRESHOLD:-3}")
value_of() { printf '%s\n' "$made" | sed -n "s/^$1: //p"; }
keys=$(value_of 'Unseal Key [0-9]*')
VAULT_TOKEN=$(value_of 'Initial Root Token')
export VAULT_TOKEN
# First of all: what is lost here is lost for ever.
printf '%s\n' "$keys" | sed 's/^/unseal_key: /'
echo "root_token: $VAULT_TOKEN"

printf '%s\n' "$keys" | head -n "${KEY_THRESHOLD:-3}" | while read -r key; do
  printf %s "$key" | vault write sys/unseal key=- > /dev/null
done
# A node that was just opened is a standby for a moment.
tries=0
until vault policy list > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "Vault was unsealed and is not active" >&2; exit 1; }
  sleep 1
done

vault policy write astrogate /vault/astrogate.hcl > /dev/null
vault secrets enable -path=astrogate kv-v2 > /dev/null
vault auth enable approle > /dev/null
vault write auth/approle/role/astrogate token_policies=astrogate token_no_default_policy=true token_ttl=10m > /dev/null
echo "role_id: $(vault read -field=role_id auth/approle/role/astrogate/role-id)"
echo "secret_id: $(vault write -f -field=secret_id auth/approle/role/astrogate/secret-id)"
