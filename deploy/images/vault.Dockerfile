# Vault beside Astrogate: one static binary, no setuid file, no root, TLS only, integrated storage in /vault/data.
# Build context: vault (the binary; HashiCorp Vault by deploy/vault/build/build.sh, or `bao` of an OpenBao release),
# config.hcl, astrogate.hcl, first-time.sh (deploy/vault). Mounted: /vault/tls (server.pem, server.key), /vault/data; /tmp
# must be a tmpfs: snapshots pass through it, sealed.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate-vault" \
      org.opencontainers.image.licenses="BUSL-1.1" \
      org.opencontainers.image.version="${VERSION}"
RUN find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} + \
 && mkdir -p /vault/data /vault/tls \
 && chown 65528:65528 /vault/data && chmod 0700 /vault/data
COPY vault /usr/local/bin/vault
COPY config.hcl astrogate.hcl first-time.sh /vault/
USER 65528:65528
ENTRYPOINT ["/usr/local/bin/vault", "server", "-config=/vault/config.hcl"]
