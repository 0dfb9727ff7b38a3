// Original file: proto/astrogate/solver/v1/solver.proto


export interface Wcs {
  /**
   * The FITS header: 80-character cards without line ends, a multiple of 2880 bytes, at most 65536.
   */
  'header'?: (Buffer | Uint8Array | string);
  /**
   * World coordinates of the reference pixel, degrees.
   */
  'crval1'?: (number | string);
  'crval2'?: (number | string);
  /**
   * Reference pixel, 1-based FITS pixels.
   */
  'crpix1'?: (number | string);
  'crpix2'?: (number | string);
  /**
   * Linear part, degrees per pixel.
   */
  'cd1_1'?: (number | string);
  'cd1_2'?: (number | string);
  'cd2_1'?: (number | string);
  'cd2_2'?: (number | string);
  /**
   * Order of the SIP polynomials, 0 when there are none.
   */
  'sipOrder'?: (number);
}

export interface Wcs__Output {
  /**
   * The FITS header: 80-character cards without line ends, a multiple of 2880 bytes, at most 65536.
   */
  'header': (Buffer);
  /**
   * World coordinates of the reference pixel, degrees.
   */
  'crval1': (number);
  'crval2': (number);
  /**
   * Reference pixel, 1-based FITS pixels.
   */
  'crpix1': (number);
  'crpix2': (number);
  /**
   * Linear part, degrees per pixel.
   */
  'cd1_1': (number);
  'cd1_2': (number);
  'cd2_1': (number);
  'cd2_2': (number);
  /**
   * Order of the SIP polynomials, 0 when there are none.
   */
  'sipOrder': (number);
}
