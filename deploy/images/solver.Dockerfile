# The private solver: one bundle, the pinned Node.js, no setuid file, no root. It reaches the engine by the group of its socket.
# Build context: node, app/solver.mjs.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate-solver" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} + \
 && mkdir -p /app /state \
 && chown 65530:65530 /state && chmod 0700 /state
COPY node /usr/local/bin/node
COPY app /app
WORKDIR /app
USER 65530:65530
ENTRYPOINT ["/usr/local/bin/node", "/app/solver.mjs"]
