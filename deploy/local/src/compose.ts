// `npm run compose:prepare`: everything that compose needs before it can start.
import { join } from 'node:path';
import { overlays, writeComposeFiles } from './compose-files.js';
import { dockerHostFromEnvironment } from './config.js';
import { findEngine } from './engine/find-engine.js';
import { places } from './places.js';
import { Advice, say } from './step.js';

const usage = `Usage: npm run compose:prepare -- [--nginx] [--vault] [--hardened] [--no-install]
Builds the images, makes the certificates of the inner channel and writes .astrogate/compose/compose.env.
  --nginx        with nginx in front of the api: TLS, and no other published port
  --vault        with a Vault beside the api; built from its Go modules where no binary is in .astrogate/vault
  --hardened     with docker-guard between solver and engine
  --no-install   install nothing; say what is missing and fail`;

export async function prepareCompose(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    const mayInstall = !args.includes('--no-install');
    const chosen = overlays.filter((overlay) => args.includes(`--${overlay}`));
    const engine = await findEngine(dockerHostFromEnvironment(), mayInstall);
    try {
      const envFile = await writeComposeFiles(engine, mayInstall, join(places.state, 'compose'), chosen);
      if (engine.isPrivate)
        say('  the engine is a private one that ends with this command; compose needs one that stays');
      const compose = `docker compose --env-file ${envFile}`;
      const first = `${compose} up --detach vault; npm run compose:vault; then `;
      console.log(`prepared; now: ${chosen.includes('vault') ? `the first time ${first}` : ''}${compose} up`);
    } finally {
      await engine.stop();
    }
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    process.exitCode = 1;
  }
}
