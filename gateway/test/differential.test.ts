import { composeServices } from '@apollo/composition';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import { readSubgraphSdl, subgraphNames } from '@tixgo/schema/subgraph-sdl.ts';
import { readSupergraphSdl } from '@tixgo/schema/supergraph-sdl.ts';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { Choices } from './differential/choices.ts';
import { type Fault, faultBesideMonolith, faultBesideStock } from './differential/comparison.ts';
import { Executors } from './differential/executors.ts';
import { FakeWorld, sorted } from './differential/fake-world.ts';
import type { SubgraphText } from './differential/federation-facts.ts';
import { type RandomOperation, randomOperation } from './differential/random-operation.ts';
import { randomSubgraphs } from './differential/random-subgraphs.ts';

const seed = testSeed(20261121);
const supergraphs = isNightly() ? 400 : 25;
const operationsOfEach = isNightly() ? 40 : 12;
const minutes = 60_000;
const longest = isNightly() ? 50 * minutes : 2 * minutes;

const numbers = (most: number) => fc.array(fc.nat({ max: 1 << 20 }), { maxLength: most, size: 'max' });
/** Weather and shadowing come in turn. */
const operations = fc.array(numbers(300), { minLength: 1, maxLength: operationsOfEach, size: 'max' });

const running: Executors[] = [];
afterAll(async () => {
  for (const executors of running) await executors.stop();
});

async function faultOf(executors: Executors, choices: readonly number[], turn: number): Promise<Fault> {
  const isStormy = turn % 3 === 2;
  const shadowed = turn % 3 === 1 ? executors.facts.plannedNames() : [];
  const operation = randomOperation({ schema: executors.schema, shadowed }, new Choices(choices));
  // Names that shadow others often cannot be merged.
  if (validate(executors.schema, parse(operation.source)).length > 0) return undefined;
  const world = new FakeWorld(executors.schema, executors.facts, { seed: turn, isStormy });
  const { written, ...ours } = await executors.ours(world, operation, true);
  const { written: _, ...again } = await executors.ours(world, operation, false);
  const fault = isStormy
    ? faultBesideStock(ours, await executors.stock(world, operation))
    : faultBesideMonolith(ours, await executors.monolith(world, operation));
  if (fault !== undefined && !(isStormy && (await isBeyondStock(executors, operation, turn))))
    return told(fault, operation, ours);
  if (JSON.stringify(again) !== JSON.stringify(ours))
    return told('another answer from services that mark nothing', operation, again);
  return written === undefined || written === JSON.stringify({ data: again.data })
    ? undefined
    : told('written otherwise', operation, written);
}

/**
 * Whether the stock gateway answers it wrongly even where nothing fails: it calls the objects of an interface object by the
 * interface's name, and then leaves out what their types are asked for.
 */
async function isBeyondStock(
  executors: Executors,
  operation: RandomOperation,
  seed: number,
): Promise<boolean> {
  const calm = new FakeWorld(executors.schema, executors.facts, { seed, isStormy: false });
  const [stock, monolith] = [
    await executors.stock(calm, operation),
    await executors.monolith(calm, operation),
  ];
  return sorted(stock.data) !== sorted(monolith.data);
}

function told(fault: string, { source, variables }: RandomOperation, answer: unknown): string {
  return [fault, source, JSON.stringify(variables), JSON.stringify(answer, null, 1)].join('\n');
}

async function assertNoFault(executors: Executors, asked: readonly (readonly number[])[]): Promise<void> {
  for (const [turn, choices] of asked.entries())
    expect(await faultOf(executors, choices, turn)).toBeUndefined();
}

function supergraphOf(texts: readonly SubgraphText[]): string | undefined {
  const services = texts.map(({ name, sdl }) => ({
    name,
    url: `http://${name}.invalid`,
    typeDefs: parse(sdl),
  }));
  return composeServices(services).supergraphSdl;
}

const plugins = [fc.interruptAfterTimeLimit(longest, { failOnInterrupt: true })];
const parameters = { seed, plugins, includeErrorInReport: true };

describe(`an operation is answered as one service that has everything would answer it (SEED=${seed})`, () => {
  test(
    'over our own supergraph',
    async () => {
      const texts = subgraphNames.map((name) => ({ name, sdl: readSubgraphSdl(name) }));
      const executors = await Executors.start(readSupergraphSdl(), texts);
      running.push(executors);
      const answering = fc.asyncProperty(operations, (asked) => assertNoFault(executors, asked));
      await fc.assert(answering, { ...parameters, numRuns: supergraphs });
    },
    longest + minutes,
  );

  test(
    'over services made up at random, whatever they require, provide and share',
    async () => {
      let composed = 0;
      const answering = fc.asyncProperty(numbers(400), operations, async (choices, asked) => {
        const texts = randomSubgraphs(new Choices(choices));
        const supergraph = supergraphOf(texts);
        if (supergraph === undefined) return;
        composed += 1;
        const executors = await Executors.start(supergraph, texts);
        await assertNoFault(executors, asked).finally(() => executors.stop());
      });
      await fc.assert(answering, { ...parameters, numRuns: supergraphs * 2 });
      expect(composed).toBeGreaterThan(supergraphs);
    },
    longest + minutes,
  );
});
