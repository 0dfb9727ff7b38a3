#!/bin/sh
# Builds HashiCorp Vault from its published Go modules into .astrogate/vault/vault, which git ignores.
# Needs Go 1.25.7 or newer and a Go module proxy; JOBS packages are compiled at a time. "minimal" is a tag of Vault's
# own: without the plugins for clouds and databases, whose libraries take most of a full build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-$here/../../../.astrogate/vault/vault}
mkdir -p "$(dirname "$out")"
cd "$here"
CGO_ENABLED=0 GOFLAGS='-mod=readonly -buildvcs=false' \
  nice -n 15 go build -tags minimal -p "${JOBS:-1}" -trimpath -ldflags '-s -w' -o "$out.new" .
mv "$out.new" "$out"
"$out" version
