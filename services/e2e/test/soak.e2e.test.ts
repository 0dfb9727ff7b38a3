// The soak in small: forty jobs, one kill of api, solver, database and engine each. `npm run soak` does five hundred.
import { containerTool, DockerCli, findPostgres, seededRandom } from '@astrogate/local';
import { expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { planMishaps } from '../src/soak/mishaps.js';
import { runSoak } from '../src/soak/run-soak.js';
import { mixOf, soakKinds } from '../src/soak/soak-kinds.js';
import { makeSoakPictures } from '../src/soak/soak-pictures.js';
import { soakTable, verdictsOf } from '../src/soak/soak-report.js';
import { startSoakStack } from '../src/soak/soak-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const postgresBin = findPostgres();
const withPostgres = postgresBin === undefined ? test.skip : test;
const seed = 4;
const jobs = 40;

withPostgres(
  'forty mixed jobs and four kills leave nothing behind, and every promise is kept',
  async () => {
    const pictures = await makeSoakPictures(containerTool({ image: sandboxImage, dockerHost }));
    await using stack = await startSoakStack(new DockerCli(dockerHost), sandboxImage, postgresBin as string);
    const random = seededRandom(seed);
    const facts = await runSoak({
      ...{ ...stack, pictures, seed, batch: 20, lanes: 4, signal: new AbortController().signal, say: () => {} },
      mix: mixOf(jobs, random),
      mishaps: planMishaps(jobs, { api: 1, solver: 1, database: 1, engine: 1 }, random),
    });
    expect({ broken: verdictsOf(facts).filter(({ kept }) => !kept), table: soakTable(facts) }).toMatchObject({
      broken: [],
    });
    expect(facts.records).toHaveLength(jobs);
    expect(new Set(facts.records.map(({ kind }) => kind)).size).toBe(soakKinds.length);
    expect(facts.mishaps.map(({ victim }) => victim).toSorted()).toEqual(['api', 'database', 'engine', 'solver']);
  },
  600_000,
);
