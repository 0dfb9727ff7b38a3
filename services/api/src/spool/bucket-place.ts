// Where the buckets for uploads and for backups are, and who we are there: from the variables of config.ts. Reads one file, the credentials.
import { readFileSync } from 'node:fs';
import { ConfigError } from '@astrogate/common';

export interface BucketPlace {
  readonly bucket: string;
  /** Names of our objects begin with it; ends in "/". */
  readonly prefix: string;
  readonly region: string;
  /** "https://host:port" of an S3-compatible server; undefined: Amazon's for the region. */
  readonly endpoint: string | undefined;
  /** Secret. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Bucket as DNS allows it, and folders below it. */
export const bucketPattern = /^(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*)?$/;
export const endpointPattern = /^(?:https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?)?$/;

interface Given {
  /** "bucket" or "bucket/folder"; empty: none. */
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentialsFile: string;
}

/** `use`: what is kept there, and the folder for it. Undefined when no bucket is named. Throws ConfigError. */
export function toBucketPlace(
  { bucket: path, endpoint, region, credentialsFile }: Given,
  use: 'uploads' | 'backups' = 'uploads',
): BucketPlace | undefined {
  if (path === '') return undefined;
  if (credentialsFile === '') throw new ConfigError(`API_S3_CREDENTIALS_FILE must be set with ${nameOf[use]}`);
  const [bucket = '', ...folders] = path.split('/');
  return {
    bucket,
    prefix: [...folders, use, ''].join('/'),
    region,
    endpoint: endpoint === '' ? undefined : endpoint,
    credentials: readCredentials(credentialsFile),
  };
}

const nameOf = { uploads: 'API_S3_BUCKET', backups: 'API_BACKUP_BUCKET' } as const;

/** The two lines of the file that S3 clients share; others, such as "[default]", are passed over. */
function readCredentials(file: string): BucketPlace['credentials'] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`API_S3_CREDENTIALS_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const lineOf = (name: string) => new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*(\\S+)[ \\t]*$`, 'm').exec(text)?.[1];
  const [accessKeyId, secretAccessKey] = [lineOf('aws_access_key_id'), lineOf('aws_secret_access_key')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError('API_S3_CREDENTIALS_FILE has no line aws_access_key_id = … or aws_secret_access_key = …');
  return { accessKeyId, secretAccessKey };
}
