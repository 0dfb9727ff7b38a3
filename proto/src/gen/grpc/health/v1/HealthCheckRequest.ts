// Original file: proto/grpc/health/v1/health.proto


export interface HealthCheckRequest {
  /**
   * Full service name, such as "astrogate.solver.v1.SolverService", or empty.
   */
  'service'?: (string);
}

export interface HealthCheckRequest__Output {
  /**
   * Full service name, such as "astrogate.solver.v1.SolverService", or empty.
   */
  'service': (string);
}
