import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import { systemClock } from '@tixgo/platform/clock.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { type Answer, SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { eventually as within } from '@tixgo/platform/testing/eventually.ts';
import { isNatsServerInstalled } from '@tixgo/platform/testing/nats-server.ts';
import pg from 'pg';
import type { Cluster, Replica } from '../cluster.ts';
import { isAdmitted, type LightLoad } from './light-load.ts';
import { startLoadedCluster } from './loaded-cluster.ts';
import { buildNewerEvent } from './newer-event-build.ts';
import type { OtherBuild } from './other-build.ts';

const serviceSecret = 's'.repeat(40);
const admin = userViewer('ADMIN');
const create = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
const update =
  'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { name } }';
const remove = 'mutation ($id: ID!) { deleteEvent(id: $id) }';
const cancel = 'mutation ($id: ID!) { cancelEvent(id: $id, reason: "Rain") { status } }';
const withStrapline = 'query ($id: ID!) { event(id: $id) { name strapline } }';
const known = 'query ($id: ID!) { event(id: $id) { name } attendance(eventId: $id) { event { name } } }';

/** Facts travel, on a machine that runs all of it and its load. */
const eventually = <T>(attempt: () => Promise<T>) => within(attempt, 20_000);

let cluster: Cluster;
let build: OtherBuild;
let pool: pg.Pool;
let door: DoorClient;
let token: string;
let load: LightLoad;
let sources: readonly SubgraphSource[];
let older: SubgraphClient;
let newer: SubgraphClient;

/** Asked by itself, as the gateway would. */
function sourceOf({ port }: Replica): SubgraphSource {
  const url = `http://127.0.0.1:${port}/graphql`;
  return remoteSource({ name: 'event', url, serviceSecret, clock: systemClock, log: createLog('silent') });
}

/** While one replica becomes another build, everybody goes on with what they do. */
async function restartUnderLoad(replica: Replica | undefined, root?: string): Promise<void> {
  load.take();
  await replica?.restart(root);
  // Some more is answered by both as they are now.
  while (load.scanned < 20) await pause(20);
  const { scans, readings } = load.take();
  expect(scans.filter(({ answer }) => !isAdmitted(answer))).toEqual([]);
  expect(readings.filter(({ answer }) => answer.errors)).toEqual([]);
  expect(readings.length).toBeGreaterThan(0);
}

async function newEvent(replica: SubgraphClient, change: Record<string, unknown> = {}): Promise<string> {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const input = { name: 'A concert', startsAt: inDays(0), endsAt: inDays(1), timezone: 'UTC', ...change };
  const { createEvent } = await replica.data(create, { input: { admission: 'OPEN', ...input } }, admin);
  return createEvent.id;
}

/** Of the facts of an event, in the order of their telling. */
async function versionsTold(eventId: string): Promise<readonly number[]> {
  const query =
    "select version from event.outbox where type = 'event.changed' and key = $1 order by sequence";
  return (await pool.query(query, [eventId])).rows.map(({ version }) => version);
}

async function appliedMigrations(): Promise<number> {
  return (await pool.query('select count(*)::int from migrations.event')).rows[0].count;
}

/** What somebody sees whom the gateway serves. */
const shown = async (id: string): Promise<Answer> => await door.graphql(known, { id }, token);
const wholeShown = (name: string) => ({ data: { event: { name }, attendance: { event: { name } } } });

(isNatsServerInstalled() ? describe : describe.skip)(
  'two replicas of the event service, of which one becomes the next release',
  () => {
    beforeAll(async () => {
      build = await buildNewerEvent();
      const environment = { SERVICE_SECRET: serviceSecret, DRAIN_SECONDS: '2' };
      const replicas = { event: 2 };
      ({ cluster, door, token, load } = await startLoadedCluster({ replicas, environment }));
      pool = new pg.Pool({ connectionString: cluster.databaseUrlOf('event'), max: 1 });
      sources = cluster.replicasOf('event').map(sourceOf);
      [older, newer] = sources.map((source) => new SubgraphClient(source)) as [
        SubgraphClient,
        SubgraphClient,
      ];
      load.start();
    }, 120_000);
    afterAll(async () => {
      await load?.stop();
      await Promise.all((sources ?? []).map((source) => source.close()));
      await pool?.end();
      await cluster?.stop();
      await build?.remove();
    }, 60_000);

    test('migrate the database while the other one serves on, and nobody is refused meanwhile', async () => {
      const before = await appliedMigrations();
      await restartUnderLoad(cluster.replicasOf('event')[1], build.root);
      expect(await appliedMigrations()).toBe(before + 1);
    }, 60_000);

    test('differ in their schemas, and the gateway goes on with the one that it was composed of', async () => {
      const id = await newEvent(newer, { strapline: 'For one night' });
      expect(await newer.data(withStrapline, { id })).toEqual({
        event: { name: 'A concert', strapline: 'For one night' },
      });
      expect(await older.refusal(withStrapline, { id })).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
      const { errors } = await door.graphql(withStrapline, { id }, token);
      expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
      await eventually(async () => expect(await shown(id)).toEqual(wholeShown('A concert')));
    });

    test('change each other’s events, and neither loses what only the newer one knows', async () => {
      const id = await newEvent(newer, { strapline: 'For one night' });
      await older.data(update, { id, input: { name: 'Two concerts' } }, admin);
      expect(await newer.data(withStrapline, { id })).toEqual({
        event: { name: 'Two concerts', strapline: 'For one night' },
      });
      const other = await newEvent(older);
      await newer.data(update, { id: other, input: { name: 'Three concerts' } }, admin);
      expect(await newer.data(withStrapline, { id: other })).toEqual({
        event: { name: 'Three concerts', strapline: null },
      });
      for (const [event, name] of [
        [id, 'Two concerts'],
        [other, 'Three concerts'],
      ] as const)
        await eventually(async () => expect(await shown(event)).toEqual(wholeShown(name)));
    });

    test('tell facts of two versions that the door takes in their order, whichever told the last', async () => {
      const id = await newEvent(newer);
      await eventually(async () => expect(await door.scan(token, id, 'T1')).toBe('CheckIn'));
      await older.data(cancel, { id }, admin);
      let ticket = 1;
      await eventually(async () => {
        ticket += 1;
        expect(await door.scan(token, id, `T${ticket}`)).toBe('CheckInRefusal');
      });
      expect(await versionsTold(id)).toEqual([2, 1]);
      const other = await newEvent(older);
      await eventually(async () => expect(await door.scan(token, other, 'T1')).toBe('CheckIn'));
      await newer.data(cancel, { id: other }, admin);
      await eventually(async () => {
        ticket += 1;
        expect(await door.scan(token, other, `T${ticket}`)).toBe('CheckInRefusal');
      });
      expect(await versionsTold(other)).toEqual([1, 2]);
    }, 30_000);

    test('share out the facts of others: both know who was admitted, and delete no such event', async () => {
      const ids = await Promise.all([newer, older, newer, older].map((replica) => newEvent(replica)));
      for (const id of ids)
        await eventually(async () => expect(await door.scan(token, id, 'T1')).toBe('CheckIn'));
      await eventually(async () => {
        const query = 'select count(*)::int from event.event where id = any($1) and has_admissions';
        expect((await pool.query(query, [ids])).rows).toEqual([{ count: ids.length }]);
      });
      for (const id of ids)
        for (const replica of [older, newer])
          expect(await replica.refusal(remove, { id }, admin)).toMatchObject({ code: 'CONFLICT' });
    }, 30_000);

    test('go back to the release before, on the schema of the newer one, and keep what that knew', async () => {
      const id = await newEvent(newer, { strapline: 'For one night' });
      const applied = await appliedMigrations();
      await restartUnderLoad(cluster.replicasOf('event')[1]);
      expect(await appliedMigrations()).toBe(applied);
      expect(await newer.refusal(withStrapline, { id })).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
      await newer.data(update, { id, input: { name: 'Four concerts' } }, admin);
      const { rows } = await pool.query('select name, strapline from event.event where id = $1', [id]);
      expect(rows).toEqual([{ name: 'Four concerts', strapline: 'For one night' }]);
    }, 60_000);
  },
);
