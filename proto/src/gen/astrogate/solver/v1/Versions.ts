// Original file: proto/astrogate/solver/v1/solver.proto


export interface Versions {
  'sandbox'?: (string);
  'astrometry'?: (string);
  'node'?: (string);
}

export interface Versions__Output {
  'sandbox': (string);
  'astrometry': (string);
  'node': (string);
}
