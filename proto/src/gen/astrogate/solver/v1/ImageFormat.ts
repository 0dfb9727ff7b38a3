// Original file: proto/astrogate/solver/v1/solver.proto

export const ImageFormat = {
  IMAGE_FORMAT_UNSPECIFIED: 'IMAGE_FORMAT_UNSPECIFIED',
  IMAGE_FORMAT_JPEG: 'IMAGE_FORMAT_JPEG',
  IMAGE_FORMAT_PNG: 'IMAGE_FORMAT_PNG',
  IMAGE_FORMAT_TIFF: 'IMAGE_FORMAT_TIFF',
  IMAGE_FORMAT_FITS: 'IMAGE_FORMAT_FITS',
  /**
   * PGM or PPM, plain or raw.
   */
  IMAGE_FORMAT_PNM: 'IMAGE_FORMAT_PNM',
  /**
   * gzip of one of the others; only the sandbox opens it.
   */
  IMAGE_FORMAT_GZIP: 'IMAGE_FORMAT_GZIP',
  /**
   * Camera raw, where it is switched on.
   */
  IMAGE_FORMAT_RAW: 'IMAGE_FORMAT_RAW',
} as const;

export type ImageFormat =
  | 'IMAGE_FORMAT_UNSPECIFIED'
  | 0
  | 'IMAGE_FORMAT_JPEG'
  | 1
  | 'IMAGE_FORMAT_PNG'
  | 2
  | 'IMAGE_FORMAT_TIFF'
  | 3
  | 'IMAGE_FORMAT_FITS'
  | 4
  /**
   * PGM or PPM, plain or raw.
   */
  | 'IMAGE_FORMAT_PNM'
  | 5
  /**
   * gzip of one of the others; only the sandbox opens it.
   */
  | 'IMAGE_FORMAT_GZIP'
  | 6
  /**
   * Camera raw, where it is switched on.
   */
  | 'IMAGE_FORMAT_RAW'
  | 7

export type ImageFormat__Output = typeof ImageFormat[keyof typeof ImageFormat]
