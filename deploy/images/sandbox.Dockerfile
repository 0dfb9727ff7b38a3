# The image of the single-use sandbox: astrometry.net, decoders, the Tycho-2 indexes, Node and one bundled program.
# The build context holds exactly two files at its root: `node` (the pinned binary) and `sandbox.mjs` (the bundle).
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}

# One layer, so that nothing deleted here stays in the image below. `astrometry-data-tycho2` pulls the indexes 07 to 19.
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update; \
    apt-get install -y --no-install-recommends \
      astrometry.net source-extractor astrometry-data-tycho2 \
      libjpeg-turbo-progs netpbm libraw-bin; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* /usr/share/man/* /usr/share/locale/*; \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +; \
    find / -xdev -type d -perm /6000 -exec chmod a-s {} +; \
    mkdir -p /job /indexes /opt/astrogate; \
    dpkg-query -W -f '${Package} ${Version}\n' astrometry.net source-extractor > /opt/astrogate/packages

COPY node sandbox.mjs /opt/astrogate/
