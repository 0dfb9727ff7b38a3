# The public api: one bundle, the pinned Node.js, no package manager cache, no setuid file, no root.
# Build context: node, app/api.mjs, app/parts (what it loads on demand), app/node_modules (files of the documentation page and of the embedded database).
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate-api" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} + \
 && mkdir -p /app /spool /state /backups /certificates \
 && chown 65531:65531 /spool /state /backups /certificates && chmod 0700 /spool /state /backups /certificates
COPY node /usr/local/bin/node
COPY app /app
WORKDIR /app
USER 65531:65531
ENTRYPOINT ["/usr/local/bin/node", "/app/api.mjs"]
