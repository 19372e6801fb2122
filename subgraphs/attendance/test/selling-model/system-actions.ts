import { type Action, mustBeExpected, type Scene } from './action.ts';
import { cancelEvent } from './documents.ts';
import type { Work } from './sale-world.ts';

const always = (label: string, run: (scene: Scene) => Promise<void>): Action => ({
  label,
  isPossible: () => true,
  run,
});

const seconds = 1_000;
const minutes = 60 * seconds;

/** Past the provider's first look; an order's window; the longest payment; the event and everything else. */
export const passages = {
  'a while': 6 * seconds,
  'the window': 61 * seconds,
  'a payment': 11 * minutes,
  'the event': 3 * 24 * 60 * minutes,
} as const;

export const pass = (passage: keyof typeof passages): Action =>
  always(`pass(${passage})`, async ({ world }) => world.pass(passages[passage]));

/** What runs by itself too. */
export const runWork = (work: Work): Action => always(work, async ({ world }) => await world.run(work));

export const restart: Action = always('restart', async ({ world }) => await world.restart());

export const crash: Action = always('crash', async ({ world }) => await world.crash());

export const callOff: Action = {
  label: 'callOff',
  isPossible: ({ isEventCanceled }) => !isEventCanceled,
  run: async ({ model, world }) => {
    model.isEventCancelAsked = true;
    const reply = await world.ask('event', cancelEvent, { id: model.eventId }, world.admin);
    mustBeExpected(reply);
    if (reply.kind === 'data') model.isEventCanceled = true;
  },
};

export type Consumer = 'ticket' | 'payment' | 'attendance';

export const hold = (consumer: Consumer): Action =>
  always(`hold(${consumer})`, async ({ model, world }) => {
    model.isHolding = true;
    world.broker.hold(consumer);
  });

const whileHolding = (label: string, run: (scene: Scene) => Promise<void>): Action => ({
  label,
  isPossible: ({ isHolding }) => isHolding,
  run,
});

export const deliver = (picks: readonly number[]): Action =>
  whileHolding(`deliver(${picks})`, async ({ world }) => await world.broker.deliver(picks));

export const release: Action = whileHolding('release', async ({ model, world }) => {
  model.isHolding = false;
  world.broker.release();
});

export const repeat = (pick: number): Action =>
  always(`repeat(#${pick})`, async ({ world }) => await world.broker.repeat(pick));
