// The configuration files of a Swift of one disk, and of one account that comes in by the S3 API. Pure.

/** What a client of the S3 API needs to know. */
export interface SwiftKeys {
  /** Tempauth's "account:user". */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Swift refuses requests that are signed for another one. */
export const swiftRegion = 'us-east-1';

const keeper = (home: string, app: string) => `[DEFAULT]
swift_dir = ${home}
devices = ${home}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
[pipeline:main]
pipeline = ${app}-server
[app:${app}-server]
use = egg:swift#${app}
`;

/** Names and contents of the files in `home`. */
export function swiftFiles(home: string, { accessKeyId, secretAccessKey }: SwiftKeys): Record<string, string> {
  const user = `user_${accessKeyId.replace(':', '_')}`;
  return {
    'swift.conf': `[swift-hash]
swift_hash_path_prefix = astrogate
swift_hash_path_suffix = test
[storage-policy:0]
name = one
default = yes
`,
    'account.conf': keeper(home, 'account'),
    'container.conf': keeper(home, 'container'),
    'object.conf': keeper(home, 'object'),
    // The cache is a memcached that is not there: Swift asks for the entry and does without.
    'proxy.conf': `[DEFAULT]
swift_dir = ${home}
[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = ${swiftRegion}
allow_multipart_uploads = no
[filter:tempauth]
use = egg:swift#tempauth
${user} = ${secretAccessKey} .admin
`,
  };
}
