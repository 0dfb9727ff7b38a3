#!/bin/sh
# Starts nginx, which cannot read its environment: the port at which clients reach https is written where its
# configuration includes it. NGINX_HTTPS_PORT: 1 to 65535.
set -eu
port=${NGINX_HTTPS_PORT:-443}
case $port in
  '' | *[!0-9]*)
    echo "NGINX_HTTPS_PORT must be a port" >&2
    exit 78
    ;;
esac
suffix=:$port
[ "$port" = 443 ] && suffix=
printf 'map "" $https_port { default "%s"; }\n' "$suffix" > /tmp/https-port.conf
exec /usr/sbin/nginx -e stderr -c /etc/astrogate/nginx.conf
