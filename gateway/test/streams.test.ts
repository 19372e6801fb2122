import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { StreamClient } from '@tixgo/platform/testing/event-stream.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { Registry } from 'prom-client';
import { TrustedDocuments } from '../document/trusted-documents.ts';
import { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { AttendanceFeed } from '../streams/attendance-feed.ts';
import { nextEvent } from '../streams/event-stream.ts';
import { NewestAttendance } from '../streams/newest-attendance.ts';
import { prepareStream } from '../streams/stream-document.ts';
import { type AskedStream, Streams } from '../streams/streams.ts';
import { Subscriber } from '../streams/subscriber.ts';
import { callerOf, closeConnectedStreams, connectedStream, isOpen } from './connected-stream.ts';
import { type DoorGateway, doorGateway } from './door-gateway.ts';
import { smallSupergraph } from './small-supergraph.ts';

let door: DoorGateway | undefined;
afterEach(async () => {
  await door?.app.close();
  closeConnectedStreams();
});

const checkIns = 'subscription { checkIns(eventId: "evt1") { id } }';
const counts = 'subscription { attendanceChanged(eventId: "evt1") { inside } }';
const idsOf = ({ data }: StreamClient) => data.map((one) => one.checkIns.id);
const insideOf = ({ data }: StreamClient) => data.map((one) => one.attendanceChanged.inside);

async function open(query: string): Promise<StreamClient> {
  if (!door) throw new Error('There is no gateway.');
  return await (await StreamClient.open(door.url, { query }, door.token)).until(isOpen);
}

describe('facts of the door', () => {
  test('that come twice, or again from a broker that forgot them, are told once', async () => {
    door = await doorGateway();
    const stream = await open(checkIns);
    const first = await door.change(['a']);
    await door.change(['b', 'c']);
    await door.change(['a'], first);
    await door.change(['old'], newId(new Date(Date.now() - 61_000)));
    await door.change(['late'], newId(new Date(Date.now() - 30_000)));
    await door.change(['d']);
    await stream.until(({ data }) => data.length >= 5);
    expect(idsOf(stream)).toEqual(['a', 'b', 'c', 'late', 'd']);
  });

  test('that cannot be answered end a stream of check-ins, so that none is missing from it', async () => {
    door = await doorGateway();
    const stream = await open(checkIns);
    door.state.isAway = true;
    await door.change(['a']);
    expect(await stream.ending()).toBe('SUBGRAPH_UNAVAILABLE');
  });

  test('are asked again where the newest state is what counts', async () => {
    door = await doorGateway();
    const stream = await open(counts);
    await stream.until(({ data }) => data.length === 1);
    door.state.isAway = true;
    door.state.inside = 7;
    await door.change();
    await new Promise((resolve) => setTimeout(resolve, 600));
    door.state.isAway = false;
    await stream.until(({ data }) => data.length === 2);
    expect([insideOf(stream), stream.codes]).toEqual([[0, 7], []]);
  });
});

test('a state that cannot be had at first is an error', async () => {
  door = await doorGateway();
  door.state.isAway = true;
  expect(await (await open(counts)).ending()).toBe('SUBGRAPH_UNAVAILABLE');
});

describe('trusted documents', () => {
  const hash = createHash('sha256').update(checkIns).digest('hex');
  const manifest = {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: hash, name: 'Watch', type: 'subscription', body: checkIns }],
  } as const;

  test('are the only ones where only they are answered, and need not be sent', async () => {
    door = await doorGateway({ trustedDocuments: new TrustedDocuments('only', [manifest]) });
    expect(await (await open(counts)).ending()).toBe('DOCUMENT_REJECTED');
    const { url, token } = door;
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
    const known = await StreamClient.open(url, { extensions }, token);
    await known.until(isOpen);
    await door.change(['a']);
    await known.until(({ data }) => data.length === 1);
    const unknown = { persistedQuery: { version: 1, sha256Hash: hash.replace(/./, 'x') } };
    const other = await StreamClient.open(url, { extensions: unknown }, token);
    expect(await other.ending()).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

test('how many streams are open is among the metrics', async () => {
  const registry = new Registry();
  door = await doorGateway({}, new GatewayMetrics(registry));
  const streams = await Promise.all([open(checkIns), open(counts)]);
  const shown = async () =>
    (await registry.getSingleMetricAsString('tixgo_gateway_open_streams')).split('\n').at(-1);
  expect(await shown()).toBe('tixgo_gateway_open_streams 2');
  for (const stream of streams) await stream.close();
});

test('a silent stream gets a comment now and then, and a busy one none', async () => {
  const { stream, client } = await connectedStream();
  stream.beat(Date.now() + 11_000, 12_000);
  stream.beat(Date.now() + 12_001, 12_000);
  stream.send(Buffer.from('event: next\ndata: {}\n\n'));
  stream.beat(Date.now() + 11_000, 12_000);
  stream.end();
  await client.ending();
  expect(client.events.map(({ event }) => event)).toEqual(['comment', 'comment', 'next', 'complete']);
});

test('counts are looked at again after ten seconds, of which nobody has told anything', async () => {
  const { stream, client } = await connectedStream();
  const state = { inside: 0, now: Date.now() };
  const clock = () => new Date(state.now);
  const tell = async () => {
    const data = { attendanceChanged: { inside: state.inside } };
    return { bytes: nextEvent({ data }), failure: undefined };
  };
  const watchers = new NewestAttendance({ tell }, 'evt1', clock);
  watchers.join(new Subscriber(callerOf('SCANNER'), stream, () => false));
  await client.until(({ data }) => data.length === 1);
  state.inside = 3;
  state.now += 9_000;
  watchers.lookAgain(clock());
  await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 20)));
  expect(insideOf(client)).toEqual([0]);
  state.now += 1_000;
  watchers.lookAgain(clock());
  await client.until(({ data }) => data.length === 2);
  expect(insideOf(client)).toEqual([0, 3]);
});

test('a supergraph with a subscription whose events nobody tells is not served', async () => {
  door = await doorGateway();
  await expect(door.serve('weather: Int @public')).rejects.toThrow(
    'Nobody tells the events of Subscription.weather.',
  );
  const stream = await open(counts);
  await stream.close();
});

test('streams of another schema than the one that is served now end, and can be opened again', async () => {
  const [before, after] = [' ', ' name: String'].map(askedOver);
  if (!before || !after) throw new Error('There are two.');
  let served = before;
  const streams = new Streams({
    source: { ...quietSource, feed: new AttendanceFeed() },
    supergraph: () => ({ id: served.supergraph }),
    run: async () => ({ data: { attendanceChanged: { inside: 1 } } }),
    limits: { streams: 9, perViewer: 9, buffer: 1_000 },
    deadline: 1_000,
    log: createLog('silent'),
  });
  const opened = async () => {
    const { stream, client } = await connectedStream();
    await streams.open(streams.take(callerOf('SCANNER'), stream), served);
    return await client.until(({ data }) => data.length === 1);
  };
  const old = await opened();
  served = after;
  const young = await opened();
  expect(await old.ending()).toBe('STREAM_STOPPED');
  expect(young.codes).toEqual([]);
  await young.close();
});

const quietSource = {
  changesAfter: async () => [],
  assertEventExists: async () => {},
  isAccessEnded: () => false,
  onAccessEnd: () => {},
};

/** The counts of a small door whose type has some more fields. */
function askedOver(fields: string): AskedStream {
  const sdl = `
    type Query { attendance(eventId: ID!): Attendance }
    type Subscription { attendanceChanged(eventId: ID!): Attendance! }
    type Attendance { inside: Int! ${fields} }
  `;
  const { supergraph } = smallSupergraph({ attendance: { sdl, resolvers: {} } });
  const document = prepareStream({ supergraph, suggests: true }, counts, undefined);
  const { text, document: query } = document.query;
  const asked = supergraph.documents.prepare(text, query, undefined, anonymous);
  if (!asked) throw new Error('It cannot be planned.');
  return { supergraph: supergraph.id, document, asked, variables: {}, about: document.argumentsOf({}) };
}
