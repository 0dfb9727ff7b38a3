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
# What the solver tells about the indexes above (services/solver/src/sandbox/star-indexes.ts); a test compares it with their headers.
LABEL dev.astrogate.indexes='[{"name":"index-tycho2-07.littleendian.fits","indexId":4107,"scaleLow":22,"scaleHigh":30,"sizeBytes":140644800},\
{"name":"index-tycho2-08.littleendian.fits","indexId":4108,"scaleLow":30,"scaleHigh":42,"sizeBytes":78831360},\
{"name":"index-tycho2-09.littleendian.fits","indexId":4109,"scaleLow":42,"scaleHigh":60,"sizeBytes":41060160},\
{"name":"index-tycho2-10.littleendian.fits","indexId":4110,"scaleLow":60,"scaleHigh":85,"sizeBytes":20514240},\
{"name":"index-tycho2-11.littleendian.fits","indexId":4111,"scaleLow":85,"scaleHigh":120,"sizeBytes":8015040},\
{"name":"index-tycho2-12.littleendian.fits","indexId":4112,"scaleLow":120,"scaleHigh":170,"sizeBytes":4164480},\
{"name":"index-tycho2-13.littleendian.fits","indexId":4113,"scaleLow":170,"scaleHigh":240,"sizeBytes":2154240},\
{"name":"index-tycho2-14.littleendian.fits","indexId":4114,"scaleLow":240,"scaleHigh":340,"sizeBytes":1097280},\
{"name":"index-tycho2-15.littleendian.fits","indexId":4115,"scaleLow":340,"scaleHigh":480,"sizeBytes":593280},\
{"name":"index-tycho2-16.littleendian.fits","indexId":4116,"scaleLow":480,"scaleHigh":680,"sizeBytes":336960},\
{"name":"index-tycho2-17.littleendian.fits","indexId":4117,"scaleLow":680,"scaleHigh":1000,"sizeBytes":210240},\
{"name":"index-tycho2-18.littleendian.fits","indexId":4118,"scaleLow":1000,"scaleHigh":1400,"sizeBytes":161280},\
{"name":"index-tycho2-19.littleendian.fits","indexId":4119,"scaleLow":1400,"scaleHigh":2000,"sizeBytes":129600}]'
USER 65532:65532
ENTRYPOINT ["/opt/astrogate/node", "/opt/astrogate/sandbox.mjs"]
