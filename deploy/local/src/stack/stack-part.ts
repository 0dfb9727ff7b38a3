// One service of a stack, which can be killed and started again where it was.
import { type ServiceOptions, type ServiceProcess, startService } from './service-process.js';

export interface StackPart {
  /** As it runs now, or ran last. */
  readonly process: ServiceProcess;
  /** Kills or has killed it, and starts it again with the same state on the same port. */
  restart(): Promise<ServiceProcess>;
}

/** Starts what `optionsAt` says, on `port`; 0: any free one, and the same one again after that. */
export async function startPart(port: number, optionsAt: (port: number) => ServiceOptions): Promise<StackPart> {
  let process = await startService(optionsAt(port));
  return {
    get process() {
      return process;
    },
    async restart() {
      await process.kill();
      process = await startService(optionsAt(process.ready.port));
      return process;
    },
  };
}
