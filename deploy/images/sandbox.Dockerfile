# The image of the single-use sandbox: astrometry.net, decoders, the Tycho-2 indexes, Node and one bundled program.
# The build context holds exactly two files at its root: `node` (the pinned binary) and `sandbox.mjs` (the bundle).
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}

# One layer, so that nothing deleted here stays in the image below. `astrometry-data-tycho2` pulls the indexes 07 to 19.
# No file may be setuid or setgid. The sandbox shows /job and /tmp as tmpfs, and /indexes as a bind where one is set.
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update; \
    apt-get install -y --no-install-recommends \
      astrometry.net source-extractor astrometry-data-tycho2 \
      libjpeg-turbo-progs netpbm libraw-bin; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/man/* /usr/share/locale/*; \
    find /usr/share/doc -type f ! -name copyright -delete; \
    find / -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} +; \
    mkdir -p /job /indexes /opt/astrogate; \
    dpkg-query -W -f '${Version}' astrometry.net > /opt/astrogate/astrometry-version

COPY node sandbox.mjs /opt/astrogate/

ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="astrogate sandbox" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-2.0-or-later AND GPL-3.0-or-later" \
      org.opencontainers.image.version="${VERSION}"

WORKDIR /job
USER 65532:65532
ENTRYPOINT ["/opt/astrogate/node", "/opt/astrogate/sandbox.mjs"]
