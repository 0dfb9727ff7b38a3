// A whole api as a process, for a test to kill: the built one, configured by its environment. It sends its port.
import { createLogger } from '@astrogate/common';
import { readConfig } from '../dist/config.js';
import { startApi } from '../dist/service.js';

const service = await startApi(readConfig(), createLogger('api', 'silent'));
process.send({ port: service.port });
