// The process: gives up root before anything else, then runs the service.
import { createLogger, dropRoot, loudly, runService } from '@astrogate/common';
import { readConfig, readRunAs } from './config.js';
import { startApi } from './service.js';

await runService({
  name: 'api',
  start: async () => {
    const { uid, gid } = readRunAs();
    dropRoot(uid, gid);
    const config = readConfig();
    const log = createLogger('api', config.logLevel);
    const service = await startApi(config, log);
    const { port, metricsPort, bootstrapSecret } = service;
    if (bootstrapSecret !== undefined)
      loudly(log).warn(
        { bootstrapSecret },
        'there is no account yet: "astrogate users bootstrap" makes the first admin with this secret',
      );
    const ready = { host: config.host, port, metricsPort };
    return { service, log, graceMs: config.graceMs, ready, secret: { bootstrapSecret } };
  },
});
