// What a stack's solver says to an operator.
import { readFileSync } from 'node:fs';
import type { Stack } from '@astrogate/local';
import { type OpsServiceClient, opsService, type SandboxInfoMessage } from '@astrogate/proto';
import { credentials, Metadata, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';

/** Sandboxes as OpsService lists them. Rejects with the ServiceError when the solver is not there. */
export async function listSandboxes({ solver, certificates }: Stack): Promise<SandboxInfoMessage[]> {
  const [ca, key, cert] = [certificates.ops.ca, certificates.ops.key, certificates.ops.cert].map((file) =>
    readFileSync(file),
  );
  const channel = credentials.createSsl(ca, key, cert);
  const Client = makeGenericClientConstructor(opsService as unknown as ServiceDefinition, 'OpsService');
  const client = new Client(`localhost:${solver.ready.port}`, channel) as unknown as OpsServiceClient;
  try {
    return await new Promise((resolve, reject) => {
      client.ListSandboxes({}, new Metadata(), { deadline: Date.now() + 20_000 }, (error, answer) =>
        error ? reject(error) : resolve(answer?.sandboxes ?? []),
      );
    });
  } finally {
    client.close();
  }
}
