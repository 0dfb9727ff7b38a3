// Where things are inside the container. Every name is a constant: nothing of an uploader's ever becomes a path.

export interface Box {
  /** Writable, for the upload, star lists and results. */
  jobDir: string;
  /** Writable, for what gzip gave. A file system of its own, so that upload and content do not share its size. */
  scratchDir: string;
  /** Directories with star indexes; those that are missing or empty are passed over. */
  indexDirs: readonly string[];
  /** Written when the image is built: the version of astrometry.net. */
  astrometryVersionFile: string;
}

export const containerBox: Box = {
  jobDir: '/job',
  scratchDir: '/tmp',
  indexDirs: ['/usr/share/astrometry', '/indexes'],
  astrometryVersionFile: '/opt/astrogate/astrometry-version',
};
