// Solver, or several, and api as processes on one machine, with real certificates between them.
import { dirname, join } from 'node:path';
import { ensureCertificates } from '../certificates/channel-certificates.js';
import { makePrivateDirectory, places } from '../places.js';
import { type ApiHome, prepareApiHome } from './api-home.js';
import { type ServiceProcess, startService } from './service-process.js';

export interface StackOptions {
  /** As in DOCKER_HOST. */
  dockerHost: string;
  sandboxImage: string;
  /** 0: any free port. */
  apiPort: number;
  /** How many solvers share the jobs; 1 by default. Each has a state directory of its own. */
  solvers?: number;
  /** Directories for state; by default those of the development run. */
  directories?: Partial<Pick<typeof places, 'api' | 'solver' | 'certificates' | 'logs'>>;
  /** Further variables of the two services. */
  apiEnv?: NodeJS.ProcessEnv;
  solverEnv?: NodeJS.ProcessEnv;
}

export interface Stack {
  /** Such as "http://127.0.0.1:8080". */
  url: string;
  api: ServiceProcess;
  solver: ServiceProcess;
  /** The further ones, if any. */
  otherSolvers: readonly ServiceProcess[];
  certificates: Awaited<ReturnType<typeof ensureCertificates>>;
  /** Kills or has killed the solver, and starts one with the same state on the same port. */
  restartSolver(): Promise<ServiceProcess>;
  /** The same for the api. */
  restartApi(): Promise<ServiceProcess>;
  /** Ends the api, then the solver; running jobs may finish. A second call gives them up. */
  stop(): Promise<void>;
}

/** Starts solver and api and waits until both are ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const directories = { ...places, ...options.directories };
  makePrivateDirectory(directories.logs);
  makePrivateDirectory(directories.solver);
  const certificates = await ensureCertificates(directories.certificates);
  const home = await prepareApiHome(directories.api, certificates.api);

  const solverIn = (state: string, name: string, port: number) =>
    startService({
      name: 'solver',
      argv: [process.execPath, '--enable-source-maps', join(places.root, 'services/solver/dist/main.js')],
      cwd: state,
      logFile: join(directories.logs, `${name}.log`),
      env: solverEnvironment(options, certificates.solver, state, port),
    });
  const solverAt = (port: number) => solverIn(directories.solver, 'solver', port);

  let solver = await solverAt(0);
  const solverPort = solver.ready.port;
  const otherSolvers: ServiceProcess[] = [];
  const apiAt = (port: number) =>
    startService({
      name: 'api',
      argv: [home.node, home.program],
      cwd: dirname(home.program),
      logFile: join(directories.logs, 'api.log'),
      env: apiEnvironment({ ...options, apiPort: port }, home, [
        solverPort,
        ...otherSolvers.map(({ ready }) => ready.port),
      ]),
      ...home.user,
    });

  let api: ServiceProcess;
  try {
    for (let number = 2; number <= (options.solvers ?? 1); number++) {
      const state = `${directories.solver}-${number}`;
      makePrivateDirectory(state);
      otherSolvers.push(await solverIn(state, `solver-${number}`, 0));
    }
    api = await apiAt(options.apiPort);
  } catch (error) {
    await Promise.all([solver, ...otherSolvers].map((started) => started.stop()));
    throw error;
  }
  return {
    url: `http://127.0.0.1:${api.ready.port}`,
    get api() {
      return api;
    },
    get solver() {
      return solver;
    },
    otherSolvers,
    certificates,
    async restartSolver() {
      await solver.kill();
      solver = await solverAt(solverPort);
      return solver;
    },
    async restartApi() {
      await api.kill();
      api = await apiAt(api.ready.port);
      return api;
    },
    async stop() {
      await api.stop();
      await Promise.all([solver, ...otherSolvers].map((started) => started.stop()));
    },
  };
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

function apiEnvironment(options: StackOptions, home: ApiHome, solverPorts: readonly number[]): NodeJS.ProcessEnv {
  return {
    API_PORT: String(options.apiPort),
    API_SOLVER_ADDRESS: solverPorts.map((port) => `localhost:${port}`).join(','),
    API_TLS_CA_FILE: home.tls.ca,
    API_TLS_CERT_FILE: home.tls.cert,
    API_TLS_KEY_FILE: home.tls.key,
    API_STATE_DIR: home.state,
    API_SPOOL_DIR: home.spool,
    ...options.apiEnv,
  };
}
