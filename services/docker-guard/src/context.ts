// Everything that the guard is made of. Tests replace members through `overrides`.
import { createLogger, type Logger } from '@astrogate/common';
import { type LabelSelector, owner, ownerLabel } from '@astrogate/sandbox-spec';
import type { GuardConfig } from './config.js';
import { askEngine, type EngineFacts } from './engine/boot.js';
import { createEngineClient, type EngineClient } from './engine/engine-client.js';
import { Ledger } from './ledger.js';
import type { Grammar } from './policy/routes.js';
import { ServedInstance } from './served-instance.js';

export interface GuardContext {
  readonly config: GuardConfig;
  readonly log: Logger;
  readonly engine: EngineClient;
  readonly facts: EngineFacts;
  /** Such as "/v1.41". */
  readonly prefix: string;
  /** Selects sandboxes, whoever made them. */
  readonly owners: LabelSelector;
  readonly grammar: Grammar;
  readonly ledger: Ledger;
  readonly served: ServedInstance;
  /** Whether nothing may be made any more. */
  isDraining(): boolean;
  startDraining(): void;
}

/** Throws ConfigError when the guard must not start, EngineLost when there is no engine. */
export async function createContext(
  config: GuardConfig,
  overrides: Partial<Pick<GuardContext, 'log'>> = {},
): Promise<GuardContext> {
  const log = overrides.log ?? createLogger('docker-guard', config.logLevel);
  const engine = createEngineClient(config.dockerSocket);
  const facts = await askEngine(engine, config.sandboxImage);
  const owners = { label: ownerLabel, value: owner };
  let draining = false;
  return {
    config,
    log,
    engine,
    facts,
    prefix: `/v${facts.apiVersion}`,
    owners,
    grammar: {
      apiVersion: facts.apiVersion,
      images: [config.sandboxImage, facts.image.Id],
      selectors: [owners, ...config.targets.values()],
    },
    ledger: new Ledger(config.limits),
    served: new ServedInstance(),
    isDraining: () => draining,
    startDraining: () => {
      draining = true;
    },
  };
}
