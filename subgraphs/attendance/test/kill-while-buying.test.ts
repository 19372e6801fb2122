import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { between, mulberry32 } from '../host/demo/random.ts';
import { BuyingClient } from './buying-client.ts';
import { BuyingCrowd } from './buying-crowd.ts';
import { HostProcess } from './host-process.ts';
import { findBrokenPromises, findStrangers } from './kept-promises.ts';
import { findDisagreements } from './sale-agreement.ts';
import { newSigningKey } from './signing-key.ts';

const seed = testSeed();
const rounds = isNightly() ? 100 : 3;
/** A payment that waits for its payer is looked at every half minute; the rest comes to its end within seconds. */
const patience = 45_000;

let database: TestDatabase;
let host: HostProcess;
let client: BuyingClient;
let crowd: BuyingCrowd;
/** What the kills left undone, over all rounds. */
const left = { facts: 0, payments: 0, refunds: 0 };
let start: () => Promise<HostProcess>;

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = {
    DATABASE_URL: database.url,
    DATA_DIR: 'memory',
    ORDER_WINDOW_SECONDS: '2',
    TOKEN_EXPIRE_MINUTES: '600',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SERVICE_SECRET: randomBytes(32).toString('hex'),
    TICKET_SIGNING_KEYS: newSigningKey(),
  };
  start = async () => await (await HostProcess.start(environment)).ready();
  host = await start();
  client = new BuyingClient(host);
  crowd = new BuyingCrowd(client, await host.signIn());
  await crowd.register();
});

afterAll(async () => {
  if (isNightly()) process.stdout.write(`${await figures()}\n`);
  await host.stop();
  await database.close();
});

async function countLeftovers(): Promise<void> {
  const { rows } = await database.pool.query<typeof left>(`
    select (select count(*)::int from ticket.outbox where published_at is null)
        + (select count(*)::int from payment.outbox where published_at is null)
        + (select count(*)::int from attendance.outbox where published_at is null) as facts,
      (select count(*)::int from payment.payment where status = 'PROCESSING') as payments,
      (select count(*)::int from payment.refund where status in ('REQUESTED', 'PENDING')) as refunds`);
  for (const what of ['facts', 'payments', 'refunds'] as const) left[what] += rows[0]?.[what] ?? 0;
}

/** What it was made of, for the record of a night. */
async function figures(): Promise<string> {
  const { rows } = await database.pool.query(`
    select (select json_object_agg(status, n) from (select status, count(*) n from ticket."order" group by 1) o) as orders,
      (select json_object_agg(status, n) from (select status, count(*) n from payment.payment group by 1) p) as payments,
      (select json_object_agg(status, n) from (select status, count(*) n from ticket.listing group by 1) l) as listings,
      (select json_object_agg(change, n) from (select change, count(*) n from ticket.ticket_log group by 1) t) as tickets,
      (select json_object_agg(outcome, n) from (select outcome, count(*) n from attendance.scan group by 1) s) as scans`);
  return JSON.stringify({ seed, requests: client.counts, left, ...rows[0] });
}

/** @returns what is wrong after it; none when all is well */
async function killOnce(round: number): Promise<string[]> {
  await crowd.openSale();
  const { underWay, over } = crowd.rush(seed + round);
  await underWay;
  await sleep(between(mulberry32(seed + round), 5, 400));
  const killed = host;
  killed.signal('SIGKILL');
  const { code } = await killed.ended;
  await over;
  await countLeftovers();
  host = await start();
  client.host = host;
  await client.repeatCut();
  await crowd.comeBack(seed + round);
  const disagreements = await findDisagreements(database.pool, patience);
  const broken = await findBrokenPromises(database.pool, crowd.acknowledged);
  await client.repeatAnswered();
  const strangers = await findStrangers(database.pool, client.told);
  const found = [...client.faults, ...disagreements, ...broken, ...strangers];
  if (code !== null) found.push(`the host ended by itself, with ${code}`);
  return found.length > 0 ? [...found, killed.output, host.output] : [];
}

describe('a host that is killed again and again while people buy', () => {
  test(
    `has no ticket without payment, no payment without ticket or refund, and forgets no answer (SEED=${seed})`,
    async () => {
      for (let round = 1; round <= rounds; round += 1) {
        const found = await killOnce(round).catch((error) => [error.stack]);
        expect({ seed, round, found }).toEqual({ seed, round, found: [] });
      }
      expect(left.facts + left.payments).toBeGreaterThan(0);
      expect(crowd.acknowledged.payments.size).toBeGreaterThan(0);
    },
    isNightly() ? 3_600_000 : 180_000,
  );
});
