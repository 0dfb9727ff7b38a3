// The bucket for uploads, and the server of all buckets: the variables, and what is made of them.
import { ConfigError, text, type Values } from '@astrogate/common';
import { type BucketPlace, bucketPattern, endpointPattern, toBucketPlace } from './bucket-place.js';

const pathOrNone = /^(?:\/.*)?$/;

export const uploadBucketVariables = {
  API_S3_BUCKET: text({
    default: '',
    pattern: bucketPattern,
    range: 'bucket or bucket/folder, or empty',
    doc: 'S3 bucket for uploads until their job ends; empty: they stay in API_SPOOL_DIR',
  }),
  API_S3_ENDPOINT: text({
    default: '',
    pattern: endpointPattern,
    range: 'https://host:port or http://host:port, or empty',
    doc: "S3-compatible server of that bucket; empty: Amazon's for the region",
  }),
  API_S3_REGION: text({
    default: 'us-east-1',
    pattern: /^[A-Za-z0-9-]{1,64}$/,
    range: 'name of a region',
    doc: 'region of that bucket, or what the server takes for one',
  }),
  API_S3_CREDENTIALS_FILE: text({
    default: '',
    pattern: pathOrNone,
    range: 'path of a readable file, or empty',
    doc: 'file with the lines aws_access_key_id = … and aws_secret_access_key = … for that bucket',
  }),
};

type Given = Values<typeof uploadBucketVariables>;

/** Undefined: uploads stay in the spool directory. Throws ConfigError for a server without a bucket. */
export function toUploadBucket(values: Given & { readonly API_BACKUP_BUCKET: string }): BucketPlace | undefined {
  const { API_S3_BUCKET: bucket, API_BACKUP_BUCKET: other, ...rest } = values;
  const isServerGiven = rest.API_S3_ENDPOINT !== '' || rest.API_S3_CREDENTIALS_FILE !== '';
  if (bucket === '' && other === '' && isServerGiven)
    throw new ConfigError('API_S3_BUCKET must be set with API_S3_ENDPOINT or API_S3_CREDENTIALS_FILE');
  return toBucketPlace({ bucket, ...toBucketServer(values) });
}

/** The server of both buckets, that of uploads and that of backups. */
export function toBucketServer(values: Given) {
  const { API_S3_ENDPOINT: endpoint, API_S3_REGION: region, API_S3_CREDENTIALS_FILE: credentialsFile } = values;
  return { endpoint, region, credentialsFile };
}
