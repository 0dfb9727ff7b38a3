# The TLS front: Debian's nginx with our configuration, no setuid file, no root. It runs as the api's user, since it reads
# the private key that the api has written with mode 0600.
# Build context: nginx.conf, start.sh (deploy/nginx). Mounted: /certificates; /tmp must be a tmpfs.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update; \
    apt-get install -y --no-install-recommends nginx-light; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /var/www /usr/share/man/* /usr/share/locale/*; \
    find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} +; \
    mkdir -p /etc/astrogate /certificates; \
    chown 65531:65531 /certificates; \
    chmod 0700 /certificates
COPY nginx.conf start.sh /etc/astrogate/
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate-nginx" \
      org.opencontainers.image.licenses="Apache-2.0 AND BSD-2-Clause" \
      org.opencontainers.image.version="${VERSION}"
# Requests that have begun are ended first.
STOPSIGNAL SIGQUIT
USER 65531:65531
ENTRYPOINT ["/bin/sh", "/etc/astrogate/start.sh"]
