// Runs the guard until it is told to stop.
import { runService } from '@astrogate/common';
import { readConfig } from './config.js';
import { graceMs } from './limits.js';
import { createService } from './service.js';

await runService({
  name: 'docker-guard',
  start: async () => {
    const config = readConfig();
    const service = await createService(config);
    const { log, facts } = service.context;
    const ready = { socket: config.listen, image: facts.image.Id, apiVersion: facts.apiVersion };
    return { service, log, graceMs, ready };
  },
});
