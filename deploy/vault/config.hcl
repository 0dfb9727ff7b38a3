# Vault or OpenBao beside Astrogate: one node with integrated storage, TLS only, no page of its own.
# Certificate, key and data directory are mounted; see deploy/images/vault.Dockerfile.
ui            = false
disable_mlock = true
api_addr      = "https://vault:8200"
cluster_addr  = "https://127.0.0.1:8201"

storage "raft" {
  path    = "/vault/data"
  node_id = "vault"

  # As HashiCorp recommends for production; with the default of 5 a start takes seconds longer.
  performance_multiplier = 1
}

listener "tcp" {
  address         = "0.0.0.0:8200"
  cluster_address = "127.0.0.1:8201"
  tls_cert_file   = "/vault/tls/server.pem"
  tls_key_file    = "/vault/tls/server.key"
  tls_min_version = "tls12"
}
