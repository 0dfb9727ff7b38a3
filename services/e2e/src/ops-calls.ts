// What a stack's solver says to an operator.
import { readFileSync } from 'node:fs';
import type { Stack } from '@astrogate/local';
import {
  type HealthClient,
  healthService,
  type OpsServiceClient,
  opsService,
  type SandboxInfoMessage,
  type StatusMessage,
} from '@astrogate/proto';
import { credentials, Metadata, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';

/** Whom to ask: a stack means its first solver. */
export type AskedSolver = Pick<Stack, 'solver' | 'certificates'>;

type Answered<T> = (error: Error | null, answer?: T) => void;
type Call<T> = (request: object, metadata: Metadata, options: { deadline: number }, answered: Answered<T>) => unknown;

/** Sandboxes as OpsService lists them. Rejects with the ServiceError when the solver is not there. */
export async function listSandboxes(stack: AskedSolver): Promise<SandboxInfoMessage[]> {
  return ask(stack, async (client) => {
    const call = client.ListSandboxes.bind(client) as Call<{ sandboxes: SandboxInfoMessage[] }>;
    return (await answerOf(call)).sandboxes;
  });
}

/** Load and health of the solver. Rejects with the ServiceError when the solver is not there. */
export async function solverStatus(stack: AskedSolver): Promise<StatusMessage> {
  return ask(stack, (client) => answerOf(client.GetStatus.bind(client) as Call<StatusMessage>));
}

/** "SERVING" or "NOT_SERVING". Rejects with the ServiceError when the solver is not there. */
export async function solverHealth({ solver, certificates }: AskedSolver): Promise<string> {
  const client = connect<HealthClient>({ solver, certificates }, healthService);
  try {
    return (await answerOf(client.Check.bind(client) as Call<{ status: string }>)).status;
  } finally {
    client.close();
  }
}

async function ask<T>(stack: AskedSolver, act: (client: OpsServiceClient) => Promise<T>): Promise<T> {
  const client = connect<OpsServiceClient>(stack, opsService);
  try {
    return await act(client);
  } finally {
    client.close();
  }
}

function connect<T>({ solver, certificates }: AskedSolver, service: unknown): T {
  const [ca, key, cert] = [certificates.ops.ca, certificates.ops.key, certificates.ops.cert].map((file) =>
    readFileSync(file),
  );
  const channel = credentials.createSsl(ca, key, cert);
  const Client = makeGenericClientConstructor(service as ServiceDefinition, 'Service');
  return new Client(`localhost:${solver.ready.port}`, channel) as unknown as T;
}

function answerOf<T>(call: Call<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    call({}, new Metadata(), { deadline: Date.now() + 20_000 }, (error, answer) =>
      error ? reject(error) : resolve(answer as T),
    );
  });
}
