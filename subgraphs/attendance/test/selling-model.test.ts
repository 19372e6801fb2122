import { afterAll, beforeAll, test } from '@jest/globals';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import fc from 'fast-check';
import { close } from './selling-model/closing.ts';
import { capacities, open } from './selling-model/opening.ts';
import { SaleWorld } from './selling-model/sale-world.ts';
import { steps } from './selling-model/steps.ts';

const buyers = 4;
const seed = testSeed(20261121);
const runs = isNightly() ? 1_000 : 25;
const mostSteps = 60;
const minutes = 60_000;
/** Shrinking ends in time to tell what it found. */
const longest = isNightly() ? 50 * minutes : 2 * minutes;

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.start(buyers);
});
afterAll(() => world.close());

test.each([
  ['', false, runs],
  [', while every fact is of a newer version', true, Math.ceil(runs / 5)],
])(
  `no interleaving of what people do breaks a sale%s (SEED=${seed})`,
  async (_when, tellsNewer, numRuns) => {
    world.broker.tellsNewer = tellsNewer;
    const selling = fc.asyncProperty(capacities, steps(mostSteps), async (sizes, commands) => {
      const model = await open(world, sizes);
      try {
        await fc.asyncModelRun(() => ({ model, real: world }), commands);
        await close(world, model);
      } catch (error) {
        await world.startOver();
        throw error;
      }
    });
    const plugins = [fc.interruptAfterTimeLimit(longest, { failOnInterrupt: true })];
    await fc.assert(selling, { seed, numRuns, plugins, includeErrorInReport: true });
  },
  longest + minutes,
);
