// `npm run compose:prepare`: everything that compose needs before it can start.
import { join } from 'node:path';
import { linkEnv, overlays, overlaysIn } from './compose-env.js';
import { envBefore, writeComposeFiles } from './compose-files.js';
import { dockerHostFromEnvironment } from './config.js';
import { findEngine } from './engine/find-engine.js';
import { places } from './places.js';
import { Advice, say } from './step.js';

const usage = `Usage: npm run compose:prepare -- [--nginx] [--vault] [--hardened] [--plain] [--no-install]
Builds the images, makes the certificates of the inner channel and writes .astrogate/compose/compose.env,
where settings of yours stay as they are. Without any of the first four what was chosen last time holds.
  --nginx        with nginx in front of the api: TLS, and no other published port
  --vault        with a Vault beside the api; built from its Go modules where no binary is in .astrogate/vault
  --hardened     with docker-guard between solver and engine
  --plain        with none of these
  --no-install   install nothing; say what is missing and fail`;

export async function prepareCompose(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    const mayInstall = !args.includes('--no-install');
    const directory = join(places.state, 'compose');
    const named = overlays.filter((overlay) => args.includes(`--${overlay}`));
    const chosen = named.length > 0 || args.includes('--plain') ? named : overlaysIn(envBefore(directory));
    const engine = await findEngine(dockerHostFromEnvironment(), mayInstall);
    try {
      const envFile = await writeComposeFiles(engine, mayInstall, directory, chosen);
      if (engine.isPrivate)
        say('  the engine is a private one that ends with this command; compose needs one that stays');
      const compose = linkEnv(places.root, envFile) ? 'docker compose' : `docker compose --env-file ${envFile}`;
      const first = `${compose} up --detach vault; npm run compose:vault; then `;
      const what = chosen.length === 0 ? 'without overlays' : `with ${chosen.join(', ')}`;
      console.log(`prepared ${what}; now: ${chosen.includes('vault') ? `the first time ${first}` : ''}${compose} up`);
    } finally {
      await engine.stop();
    }
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    process.exitCode = 1;
  }
}
