// The loaded service definitions; proto-loader's options stand here and nowhere else.
// They match those of scripts/generate.js, so that the generated types tell the truth.
import { fromJSON } from '@grpc/proto-loader';
import type { AdminServiceDefinition } from './gen/astrogate/admin/v1/AdminService.js';
import type { OpsServiceDefinition } from './gen/astrogate/ops/v1/OpsService.js';
import type { SolverServiceDefinition } from './gen/astrogate/solver/v1/SolverService.js';
import { descriptor } from './gen/descriptor.js';
import type { HealthDefinition } from './gen/grpc/health/v1/Health.js';

const packages = fromJSON(descriptor as Parameters<typeof fromJSON>[0], {
  longs: Number,
  enums: String,
  defaults: true,
  arrays: true,
  oneofs: true,
});

export const solverService = packages['astrogate.solver.v1.SolverService'] as unknown as SolverServiceDefinition;
export const adminService = packages['astrogate.admin.v1.AdminService'] as unknown as AdminServiceDefinition;
export const opsService = packages['astrogate.ops.v1.OpsService'] as unknown as OpsServiceDefinition;
export const healthService = packages['grpc.health.v1.Health'] as unknown as HealthDefinition;
