// Solvers and apis, one of each or several, as processes on one machine, with real certificates between them.
import { dirname, join } from 'node:path';
import { ensureCertificates } from '../certificates/channel-certificates.js';
import { makePrivateDirectory, places } from '../places.js';
import { type ApiHome, prepareApiHome } from './api-home.js';
import type { ServiceProcess } from './service-process.js';
import { type StackPart, startPart } from './stack-part.js';

export interface StackOptions {
  /** As in DOCKER_HOST. */
  dockerHost: string;
  sandboxImage: string;
  /** 0: any free port. */
  apiPort: number;
  /** How many solvers share the jobs; 1 by default. Each has a state directory of its own. */
  solvers?: number;
  /** How many apis take jobs; 1 by default. Several need a DATABASE_URL in `apiEnv`; they share one spool. */
  apis?: number;
  /** Directories for state; by default those of the development run. */
  directories?: Partial<Pick<typeof places, 'api' | 'solver' | 'certificates' | 'logs'>>;
  /** Further variables of the two services. */
  apiEnv?: NodeJS.ProcessEnv;
  solverEnv?: NodeJS.ProcessEnv;
}

export interface Stack {
  /** Of the first api, such as "http://127.0.0.1:8080". */
  readonly url: string;
  /** The first of each kind, as it runs now. */
  readonly api: ServiceProcess;
  readonly solver: ServiceProcess;
  readonly apis: readonly StackPart[];
  readonly solvers: readonly StackPart[];
  readonly certificates: Awaited<ReturnType<typeof ensureCertificates>>;
  /** Kills or has killed the first solver, and starts one with the same state on the same port. */
  restartSolver(): Promise<ServiceProcess>;
  /** The same for the first api. */
  restartApi(): Promise<ServiceProcess>;
  /** Ends the apis, then the solvers; running jobs may finish. A second call gives them up. */
  stop(): Promise<void>;
}

/** Starts solvers and apis and waits until all are ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const directories = { ...places, ...options.directories };
  makePrivateDirectory(directories.logs);
  const certificates = await ensureCertificates(directories.certificates);
  const home = await prepareApiHome(directories.api, certificates.api);
  const logOf = (name: string) => join(directories.logs, `${name}.log`);
  const apis: StackPart[] = [];
  const solvers: StackPart[] = [];

  const startSolver = (name: string) => {
    const state = directories.solver + name.slice('solver'.length);
    makePrivateDirectory(state);
    return startPart(0, (port) => ({
      name: 'solver',
      argv: [process.execPath, '--enable-source-maps', join(places.root, 'services/solver/dist/main.js')],
      cwd: state,
      logFile: logOf(name),
      env: solverEnvironment(options, certificates.solver, state, port),
    }));
  };
  const startApi = (name: string, ownPort: number) =>
    startPart(ownPort, (port) => ({
      name: 'api',
      argv: [home.node, home.program],
      cwd: dirname(home.program),
      logFile: logOf(name),
      env: apiEnvironment({ ...options, apiPort: port }, home, solvers.map(portOf)),
      ...home.user,
    }));
  const stop = async () => {
    await Promise.all(apis.map(({ process }) => process.stop()));
    await Promise.all(solvers.map(({ process }) => process.stop()));
  };

  try {
    for (const name of numbered('solver', options.solvers)) solvers.push(await startSolver(name));
    for (const name of numbered('api', options.apis))
      apis.push(await startApi(name, apis.length === 0 ? options.apiPort : 0));
  } catch (error) {
    await stop();
    throw error;
  }
  const [api, solver] = [apis[0] as StackPart, solvers[0] as StackPart];
  return {
    url: urlOf(api),
    get api() {
      return api.process;
    },
    get solver() {
      return solver.process;
    },
    ...{ apis, solvers, certificates, stop },
    restartSolver: () => solver.restart(),
    restartApi: () => api.restart(),
  };
}

/** Such as "http://127.0.0.1:8080". */
export const urlOf = (api: StackPart) => `http://127.0.0.1:${portOf(api)}`;
const portOf = ({ process }: StackPart) => process.ready.port;

/** "name", "name-2", … */
function numbered(name: string, count = 1): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

function solverEnvironment(
  options: StackOptions,
  tls: { key: string; cert: string; ca: string },
  state: string,
  port: number,
): NodeJS.ProcessEnv {
  return {
    SOLVER_PORT: String(port),
    SOLVER_TLS_CA_FILE: tls.ca,
    SOLVER_TLS_CERT_FILE: tls.cert,
    SOLVER_TLS_KEY_FILE: tls.key,
    SOLVER_DOCKER_HOST: options.dockerHost,
    SOLVER_SANDBOX_IMAGE: options.sandboxImage,
    SOLVER_STATE_DIR: state,
    ...options.solverEnv,
  };
}

/** Every request comes from this machine, so from one address; tests and benchmarks ask as fast as they can. */
const oneCaller = {
  API_RATE_LIMITS: ['probe', 'unknown', 'read', 'follow', 'upload', 'change']
    .map((name) => `${name}=1000000/1000000/60`)
    .join(','),
  API_QUOTAS: ['anonymous', 'viewer', 'operator', 'admin'].map((role) => `${role}=1000000/100000000000000`).join(','),
};

function apiEnvironment(options: StackOptions, home: ApiHome, solverPorts: readonly number[]): NodeJS.ProcessEnv {
  return {
    API_PORT: String(options.apiPort),
    API_SOLVER_ADDRESS: solverPorts.map((port) => `localhost:${port}`).join(','),
    API_TLS_CA_FILE: home.tls.ca,
    API_TLS_CERT_FILE: home.tls.cert,
    API_TLS_KEY_FILE: home.tls.key,
    API_STATE_DIR: home.state,
    API_SPOOL_DIR: home.spool,
    // It listens on loopback only.
    API_ANONYMOUS: 'solve',
    ...oneCaller,
    ...options.apiEnv,
  };
}
