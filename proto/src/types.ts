// Hand-named aliases over the generated types; services import these and never src/gen.
// `…Message` is what came in, `…Init` is what may be sent.
export type { AdminServiceClient, AdminServiceHandlers } from './gen/astrogate/admin/v1/AdminService.js';
export type { Target as TargetInit, Target__Output as TargetMessage } from './gen/astrogate/admin/v1/Target.js';
export type { TargetRequest__Output as TargetRequestMessage } from './gen/astrogate/admin/v1/TargetRequest.js';
export type { TargetResponse__Output as TargetResponseMessage } from './gen/astrogate/admin/v1/TargetResponse.js';
export type {
  GetStatusResponse as StatusInit,
  GetStatusResponse__Output as StatusMessage,
} from './gen/astrogate/ops/v1/GetStatusResponse.js';
export type { LogLine__Output as LogLineMessage } from './gen/astrogate/ops/v1/LogLine.js';
export type { OpsServiceClient, OpsServiceHandlers } from './gen/astrogate/ops/v1/OpsService.js';
export type {
  SandboxInfo as SandboxInfoInit,
  SandboxInfo__Output as SandboxInfoMessage,
} from './gen/astrogate/ops/v1/SandboxInfo.js';
export type { GetCapacityResponse__Output as CapacityMessage } from './gen/astrogate/solver/v1/GetCapacityResponse.js';
export type { Outcome as OutcomeInit, Outcome__Output as OutcomeMessage } from './gen/astrogate/solver/v1/Outcome.js';
export type { Progress__Output as ProgressMessage } from './gen/astrogate/solver/v1/Progress.js';
export type { Solution__Output as SolutionMessage } from './gen/astrogate/solver/v1/Solution.js';
export type {
  SolveEvent as SolveEventInit,
  SolveEvent__Output as SolveEventMessage,
} from './gen/astrogate/solver/v1/SolveEvent.js';
export type {
  SolveHeader as SolveHeaderInit,
  SolveHeader__Output as SolveHeaderMessage,
} from './gen/astrogate/solver/v1/SolveHeader.js';
export type {
  SolveRequest as SolveRequestInit,
  SolveRequest__Output as SolveRequestMessage,
} from './gen/astrogate/solver/v1/SolveRequest.js';
export type { SolverServiceClient, SolverServiceHandlers } from './gen/astrogate/solver/v1/SolverService.js';
export type {
  StarIndex as StarIndexInit,
  StarIndex__Output as StarIndexMessage,
} from './gen/astrogate/solver/v1/StarIndex.js';
export type { Trial__Output as TrialMessage } from './gen/astrogate/solver/v1/Trial.js';
export type { HealthClient, HealthHandlers } from './gen/grpc/health/v1/Health.js';
export type { _grpc_health_v1_HealthCheckResponse_ServingStatus__Output as ServingStatus } from './gen/grpc/health/v1/HealthCheckResponse.js';
