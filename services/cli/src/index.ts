export { cliVariables } from './config.js';
export { adviceFor } from './output/advice.js';
