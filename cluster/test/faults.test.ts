import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findDisagreements } from '@tixgo/attendance/test/sale-agreement.ts';
import { isNightly } from '@tixgo/platform/testing/env.ts';
import { isNatsServerInstalled } from '@tixgo/platform/testing/nats-server.ts';
import pg from 'pg';
import type { Cluster } from '../cluster.ts';
import {
  addressesIn,
  complaintsOf,
  type Exchange,
  isAdmitted,
  type LightLoad,
  type OtherService,
  otherServices,
} from './light-load.ts';
import { startLoadedCluster } from './loaded-cluster.ts';
import type { ShowSeller, SoldShow } from './sold-show.ts';

/** A dead service costs its own fields within this time, in milliseconds. */
const longestReading = 2_000;
/** No door waits for another service, in milliseconds. */
const longestScan = 1_000;
/** While a part is away, at both doors. */
const fewestScans = 6;
/** In milliseconds. */
const patience = 20_000;

let cluster: Cluster;
let pool: pg.Pool;
let seller: ShowSeller;
let show: SoldShow;
let load: LightLoad;
let whole: Exchange;

/** What undoes the faults of the moment. */
const repairs: (() => unknown)[] = [];

async function takeAway(services: readonly OtherService[], signal: NodeJS.Signals): Promise<void> {
  load.take();
  const replicas = services.flatMap((service) => cluster.replicasOf(service));
  for (const replica of replicas) {
    const { process } = replica;
    process.signal(signal);
    repairs.push(() => (signal === 'SIGSTOP' ? process.signal('SIGCONT') : replica.start()));
  }
  if (signal !== 'SIGSTOP') await Promise.all(replicas.map(({ process }) => process.ended));
}

async function bringBack(): Promise<void> {
  await Promise.all(repairs.splice(0).map((repair) => repair()));
}

/** Reads while these are away, and holds all that was answered meanwhile against what may be said then. */
async function expectOnlyTheirsMissing(away: readonly OtherService[]): Promise<void> {
  do expect((await load.read()).answer.errors).not.toBeUndefined();
  while (load.scanned < fewestScans);
  const { scans, readings } = load.take();
  expect(readings.flatMap((reading) => complaintsOf(reading, whole, away))).toEqual([]);
  expect(slowest(readings)).toBeLessThan(longestReading);
  expect(scans.filter(({ answer }) => !isAdmitted(answer))).toEqual([]);
  expect(slowest(scans)).toBeLessThan(longestScan);
}

const slowest = (exchanges: readonly Exchange[]) => Math.max(...exchanges.map(({ took }) => took));

async function expectWholeAgain(): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const { answer } = await load.read();
    if (answer.errors === undefined) break;
    if (Date.now() > deadline) throw new Error(JSON.stringify(answer));
  }
  // Nobody meets what is left of it: a connection to the one before, or a question that waits.
  load.take();
  for (let time = 0; time < 5; time += 1) expect((await load.read()).answer.errors).toBeUndefined();
}

/** By day one after the other is stopped, and all of them killed; by night everything happens to each. */
const oneByOne: readonly NodeJS.Signals[] = isNightly() ? ['SIGSTOP', 'SIGKILL', 'SIGTERM'] : ['SIGSTOP'];

(isNatsServerInstalled() ? describe : describe.skip)('a split system under a light load', () => {
  beforeAll(async () => {
    ({ cluster, seller, show, load } = await startLoadedCluster({ oneDatabase: true }));
    pool = new pg.Pool({ connectionString: cluster.databaseUrlOf('ticket'), max: 1 });
    // The server is restarted as well; the next statement has a new connection.
    pool.on('error', () => {});
    load.start();
    await expectWholeAgain();
    whole = await load.read();
  }, 120_000);
  afterAll(async () => {
    await load?.stop();
    await pool?.end();
    await cluster?.stop();
  }, 60_000);
  afterEach(bringBack, 60_000);

  describe.each(oneByOne)('of which one service gets %s', (signal) => {
    test.each(otherServices)(
      '%s: misses its fields within two seconds, admits, and is whole once it is back',
      async (service) => {
        await takeAway([service], signal);
        await expectOnlyTheirsMissing([service]);
        await bringBack();
        await expectWholeAgain();
      },
      60_000,
    );
  });

  test.each(['SIGSTOP', 'SIGKILL'] as const)(
    'of which all services but the door’s get %s admits, and is whole once they are back',
    async (signal) => {
      await takeAway(otherServices, signal);
      await expectOnlyTheirsMissing(otherServices);
      await bringBack();
      await expectWholeAgain();
    },
    60_000,
  );

  describe('without its broker', () => {
    const outages: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
      'was killed': async () => {
        await cluster.broker.kill();
        return () => cluster.broker.start();
      },
      'was killed, and came back empty': async () => {
        await cluster.broker.kill();
        await cluster.broker.forgetEverything();
        return () => cluster.broker.start();
      },
      'was cut off': async () => {
        cluster.broker.freeze();
        return async () => cluster.broker.thaw();
      },
    };

    test.each(Object.entries(outages))(
      'that %s: sells, admits and answers in whole; what was sold is told later, and once',
      async (_what, begin) => {
        load.take();
        repairs.push(await begin());
        const purchase = await seller.buy(show);
        const { scans, readings } = load.take();
        await bringBack();
        expect(readings.flatMap((reading) => complaintsOf(reading, whole, []))).toEqual([]);
        expect(scans.filter(({ answer }) => !isAdmitted(answer))).toEqual([]);
        const codes = await seller.codesOf(purchase);
        expect(codes).toHaveLength(2);
        for (const code of codes) expect(await load.comesIn(show.eventId, code)).toBe(true);
        expect(await findDisagreements(pool, patience, { overBroker: true })).toEqual([]);
      },
      60_000,
    );
  });

  test('whose database is restarted says so to whoever asks meanwhile, keeps what it acknowledged, and goes on', async () => {
    load.take();
    await cluster.postgres.restart();
    const { scans, readings } = load.take();
    await expectWholeAgain();
    expect([...scans, ...readings].flatMap(({ answer }) => addressesIn(answer))).toEqual([]);
    await load.stop();
    const checkedIn = await load.countCheckedIn();
    // What was asked while it was away may have been kept without an answer.
    expect(checkedIn).toBeGreaterThanOrEqual(load.acknowledged);
    expect(checkedIn).toBeLessThanOrEqual(load.asked);
    expect(await findDisagreements(pool, patience, { overBroker: true })).toEqual([]);
  }, 60_000);
});
