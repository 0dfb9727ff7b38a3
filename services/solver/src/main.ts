// Runs the solver until it is told to stop.
import { runService } from '@astrogate/common';
import { readConfig } from './config.js';
import { createService } from './service.js';

await runService({
  name: 'solver',
  start: async () => {
    const config = readConfig();
    const service = await createService(config);
    const { log } = service.context;
    return { service, log, graceMs: config.graceMs, ready: { host: config.host, port: service.port } };
  },
});
