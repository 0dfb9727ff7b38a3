// The step of an admin job from which on no solve job is accepted and none is begun, so that nobody is told of a job that
// is then neither in what replaces the tables nor in the safety backup.
import { type PatientDatabase, patientTransaction } from '../../backup/patient.js';
import { lockPlaces, pausedKey } from '../../storage/pause.js';
import type { Step } from '../plan.js';

/** Lasts until `resumeStep`, the job's end, or its undoing. `databaseOf`: undefined where the job leaves the tables alone. */
export function pauseStep<C>(databaseOf: (ctx: C) => PatientDatabase | undefined): Step<C> {
  return {
    name: 'pause',
    async run(ctx, step) {
      const database = databaseOf(ctx);
      if (!database) {
        await step.note('not needed: jobs are left as they are');
        return 'done';
      }
      await step.keep(pausedKey, true);
      // Whoever has looked before this was written is waited for.
      await patientTransaction(database, lockPlaces);
      await step.note('no job is accepted, and none is begun');
      return 'done';
    },
    async undo(ctx, step) {
      if (databaseOf(ctx)) await step.keep(pausedKey, false);
    },
  };
}

/** Ends the pause before the job does. What deletes jobs is a step before it: done again it would delete new ones. */
export function resumeStep<C>(): Step<C> {
  return {
    name: 'resume',
    async run(_ctx, step) {
      await step.keep(pausedKey, false);
      await step.note('jobs are accepted and begun again');
      return 'done';
    },
  };
}
