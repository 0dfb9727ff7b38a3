// grpc.health.v1: says what the state says, now and at every change.
import type { Logger } from '@astrogate/common';
import { AstrogateError, type HealthHandlers, type ServingStatus } from '@astrogate/proto';
import type { SolverState, StateName } from '../solver-state.js';
import { unary } from './unary.js';

/** The empty name is the whole server. All of them follow the one state, although ops calls work in each. */
const names = [
  '',
  'astrogate.solver.v1.SolverService',
  'astrogate.admin.v1.AdminService',
  'astrogate.ops.v1.OpsService',
];

const serving = (name: StateName): ServingStatus => (name === 'SERVING' ? 'SERVING' : 'NOT_SERVING');

export function createHealthHandlers(state: SolverState, log: Logger): HealthHandlers {
  return {
    Check: unary(log, ({ service }) => {
      if (!names.includes(service)) throw new AstrogateError('not_found');
      return { status: serving(state.name) };
    }),
    Watch: (call) => {
      call.on('error', () => {});
      if (!names.includes(call.request.service)) {
        call.write({ status: 'SERVICE_UNKNOWN' });
        return;
      }
      call.write({ status: serving(state.name) });
      const stop = state.onChange((name) => call.write({ status: serving(name) }));
      call.once('cancelled', stop);
      call.once('close', stop);
    },
  };
}
