# The guard in front of the engine's socket: one bundle, the pinned Node.js, no setuid file, no root. It reaches the
# engine by the group of its socket, and gives its own socket to the group of the solver.
# Build context: node, app/guard.mjs.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate-guard" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} + \
 && mkdir -p /app /run/guard \
 && chown 65529:65530 /run/guard && chmod 0750 /run/guard
COPY node /usr/local/bin/node
COPY app /app
WORKDIR /app
USER 65529:65529
ENTRYPOINT ["/usr/local/bin/node", "/app/guard.mjs"]
