import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { between, mulberry32, pick, type Random } from '@tixgo/attendance/host/demo/random.ts';
import { BuyingClient } from '@tixgo/attendance/test/buying-client.ts';
import { BuyingCrowd } from '@tixgo/attendance/test/buying-crowd.ts';
import { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import { findBrokenPromises, findStrangers } from '@tixgo/attendance/test/kept-promises.ts';
import { findDisagreements } from '@tixgo/attendance/test/sale-agreement.ts';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import { isNatsServerInstalled } from '@tixgo/platform/testing/nats-server.ts';
import pg from 'pg';
import { Cluster, type ServiceName, serviceNames } from '../cluster.ts';

const seed = testSeed();
const rounds = isNightly() ? 200 : 3;
/** A payment that waits for its payer is looked at every half minute; the rest comes to its end within seconds. */
const patience = 60_000;
/**
 * A broker that lost all is given every fact again, and so is one that restarts soon after that. So many a second get
 * through, with room for a busy machine.
 */
const repeatedFacts = 400;
/** In milliseconds. */
const recovery = 15_000;

let cluster: Cluster;
let pool: pg.Pool;
let client: BuyingClient;
let crowd: BuyingCrowd;
const killed = new Map<string, number>();
/** Until everything had come to its end, in milliseconds. */
const slowest = new Map<string, number>();

const replicas: Readonly<Record<ServiceName, number>> = {
  attendance: 2,
  identity: 1,
  event: 1,
  ticket: 2,
  payment: 2,
};

async function start(): Promise<void> {
  const environment = { BCRYPT_COST: '4', ORDER_WINDOW_SECONDS: '2', TOKEN_EXPIRE_MINUTES: '600' };
  cluster = await Cluster.start({ replicas, environment, oneDatabase: true });
  pool = new pg.Pool({ connectionString: cluster.databaseUrlOf('ticket'), max: 4 });
  // The server is killed as well; the next statement has a new connection.
  pool.on('error', () => {});
  const door = new DoorClient(cluster.urlOf('attendance'));
  client = new BuyingClient(door);
  crowd = new BuyingCrowd(client, await door.signIn());
  await crowd.register();
}

const broker = 'broker';

/** What is killed, with how often; resolves when it is there again. */
function victim(random: Random): { readonly name: string; readonly kill: () => Promise<void> } {
  const shares: readonly (readonly [number, string, () => Promise<void>])[] = [
    ...serviceNames.map((service) => [3, service, () => killReplica(service, random)] as const),
    [3, broker, () => killBroker({ forgets: false })],
    [1, `${broker} and what it kept`, () => killBroker({ forgets: true })],
    [2, 'database', killDatabase],
  ];
  const index = pick(
    random,
    shares.map(([share]) => share),
  );
  const [, name, kill] = shares[index] ?? [0, 'nobody', async () => {}];
  return { name, kill };
}

async function killReplica(service: ServiceName, random: Random): Promise<void> {
  const all = cluster.replicasOf(service);
  const replica = all[Math.floor(random() * all.length)];
  await replica?.kill();
  await pause(between(random, 0, 500));
  await replica?.start();
}

async function killBroker({ forgets }: { forgets: boolean }): Promise<void> {
  await cluster.broker.kill();
  if (forgets) await cluster.broker.forgetEverything();
  await cluster.broker.start();
}

async function killDatabase(): Promise<void> {
  await cluster.postgres.kill();
  await cluster.postgres.start();
}

async function patienceAfter(victimName: string): Promise<number> {
  if (!victimName.startsWith(broker)) return patience;
  const outboxes = serviceNames.map((service) => `(select count(*) from ${service}.outbox)`).join(' + ');
  const { rows } = await pool.query(`select (${outboxes})::int as facts`);
  return patience + (rows[0].facts / repeatedFacts) * 1_000;
}

/** @returns what is wrong after it; none when all is well */
async function killOnce(round: number): Promise<string[]> {
  const random = mulberry32(seed + round);
  const { name, kill } = victim(random);
  killed.set(name, (killed.get(name) ?? 0) + 1);
  await crowd.openSale();
  // Whoever is asked while a part is away knows as little as one whose connection broke.
  client.cutCodes = ['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];
  client.patience = 0;
  const { underWay, over, stop } = crowd.rush(seed + round);
  await underWay;
  await pause(between(random, 5, 400));
  await kill();
  stop();
  await over;
  await cluster.ready();
  // What was cut has an answer soon, whatever a database does that has just recovered.
  client.cutCodes = ['SUBGRAPH_UNAVAILABLE'];
  client.patience = recovery;
  await client.repeatCut();
  await crowd.comeBack(seed + round);
  const ended = performance.now();
  const disagreements = await findDisagreements(pool, await patienceAfter(name), { overBroker: true });
  slowest.set(name, Math.max(slowest.get(name) ?? 0, Math.round(performance.now() - ended)));
  const broken = await findBrokenPromises(pool, crowd.acknowledged);
  await client.repeatAnswered();
  const strangers = await findStrangers(pool, client.told);
  const found = [...client.faults, ...disagreements, ...broken, ...strangers];
  return found.length > 0 ? [name, ...found, ...cluster.replicas.map(({ process }) => process.output)] : [];
}

(isNatsServerInstalled() ? describe : describe.skip)(
  'a split system of which one part after the other is killed',
  () => {
    beforeAll(start, 120_000);
    afterAll(async () => {
      if (isNightly())
        process.stdout.write(
          `${JSON.stringify({ seed, requests: client.counts, killed: [...killed], slowest: [...slowest] })}\n`,
        );
      await pool.end();
      await cluster.stop();
    });

    test(
      `loses nothing that it acknowledged, and does nothing twice (SEED=${seed})`,
      async () => {
        for (let round = 1; round <= rounds; round += 1) {
          const found = await killOnce(round).catch((error) => [error.stack]);
          expect({ seed, round, found }).toEqual({ seed, round, found: [] });
        }
        expect(crowd.acknowledged.payments.size).toBeGreaterThan(0);
      },
      isNightly() ? 7_200_000 : 300_000,
    );
  },
);
