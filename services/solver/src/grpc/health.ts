// grpc.health.v1: says what the state says, now and at every change.
import type { Logger } from '@astrogate/common';
import { AstrogateError, type HealthHandlers, type ServingStatus } from '@astrogate/proto';
import type { SolverState, StateName } from '../solver-state.js';
import { unary } from './unary.js';

const admin = 'astrogate.admin.v1.AdminService';

/** The empty name is the whole server. */
const names = ['', 'astrogate.solver.v1.SolverService', admin, 'astrogate.ops.v1.OpsService'];

/** Without an engine AdminService still serves: it is there to say so. */
const serving = (service: string, state: StateName): ServingStatus =>
  state === 'SERVING' || (state === 'ENGINE_LOST' && service === admin) ? 'SERVING' : 'NOT_SERVING';

export function createHealthHandlers(state: SolverState, log: Logger): HealthHandlers {
  return {
    Check: unary(log, ({ service }) => {
      if (!names.includes(service)) throw new AstrogateError('not_found');
      return { status: serving(service, state.name) };
    }),
    Watch: (call) => {
      call.on('error', () => {});
      const { service } = call.request;
      if (!names.includes(service)) {
        call.write({ status: 'SERVICE_UNKNOWN' });
        return;
      }
      let last = serving(service, state.name);
      call.write({ status: last });
      const stop = state.onChange((name) => {
        const status = serving(service, name);
        if (status !== last) call.write({ status });
        last = status;
      });
      call.once('cancelled', stop);
      call.once('close', stop);
    },
  };
}
