import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { UploadBroken } from '@tixgo/platform/rest/uploads.ts';
import { failAbandonedImports } from '../service/import/tidy-imports.ts';
import { addImportedTickets } from '../store/imported-ticket-store.ts';
import { insertImport } from '../store/ticket-import-store.ts';
import { AttendanceSystem, committee, scanner } from './attendance-system.ts';
import { admin, listOf, readImport, reportOf, sendList } from './ticket-lists.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

const ticketed = async () => await system.ticketedEvent();
const scan = async (eventId: string, code: string) => {
  const answer = await system.scan({ eventId, code });
  return answer.reason ?? answer.__typename;
};
const expected = async (eventId: string) => (await system.counts(eventId)).expected;
const cancel = 'mutation ($id: ID!) { cancelTicketImport(id: $id) { id status failure finishedAt } }';
const remove = 'mutation ($id: ID!) { deleteTicketImport(id: $id) }';
const newest = `query ($eventId: ID!) { ticketImports(eventId: $eventId) { edges { node { id status rowsRead } } } }`;

/** What is left of an event's imports in the tables. */
async function leftOf(eventId: string) {
  const { rows } = await system.database.pool.query(
    `select (select count(*)::int from attendance.imported_ticket where event_id = $1) as tickets,
      (select count(*)::int from attendance.ticket_import where event_id = $1) as imports,
      (select count(*)::int from attendance.ticket_import_error where import_id in
        (select id from attendance.ticket_import where event_id = $1)) as errors`,
    [eventId],
  );
  return rows[0];
}

const tidy = async () => {
  while (await system.subgraph.services.tidyImports());
};

/** A list that stops in the middle until it is told how to go on. */
function pausedList(eventId: string, rows = 1_500) {
  const { promise: rest, resolve, reject } = Promise.withResolvers<string>();
  const { promise: paused, resolve: pause } = Promise.withResolvers<void>();
  const sending = system.subgraph.services.importTickets(
    admin,
    { eventId, mode: 'ALL_OR_NOTHING', bytesTotal: null },
    async function* (signal) {
      yield Buffer.from(listOf(rows));
      pause();
      signal.addEventListener('abort', () => reject(signal.reason));
      yield Buffer.from(await rest);
    },
  );
  sending.catch(() => {});
  return { sending, paused, resolve, reject };
}

const runningImport = async (eventId: string) =>
  (await system.client.data(newest, { eventId }, committee)).ticketImports.edges[0].node;

describe('an import that is under way', () => {
  test('shows how far it is, and none of its tickets counts before its end', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    const { id, ...progress } = await runningImport(eventId);
    expect(progress).toEqual({ status: 'RUNNING', rowsRead: 1_000 });
    expect(await readImport(system, id)).toMatchObject({
      rowsTaken: 1_000,
      bytesTotal: null,
      finishedAt: null,
    });
    expect([await scan(eventId, 'C-1'), await expected(eventId)]).toEqual(['INVALID', 0]);
    list.resolve('LAST');
    expect(await list.sending).toMatchObject({ status: 'DONE', rowsTaken: 1_501 });
    expect([await scan(eventId, 'C-1'), await scan(eventId, 'LAST')]).toEqual(['CheckIn', 'CheckIn']);
    expect(await expected(eventId)).toBe(1_501);
  });

  test('is the only one of its event', async () => {
    const [eventId, other] = [await ticketed(), await ticketed()];
    const list = pausedList(eventId);
    await list.paused;
    await expect(sendList(system, eventId, 'code\nX\n')).rejects.toMatchObject({
      extensions: { code: 'CONFLICT' },
      message: 'Another import of this event is under way.',
    });
    expect(await sendList(system, other, 'code\nX\n')).toMatchObject({ status: 'DONE' });
    list.resolve('');
    await list.sending;
    expect(await sendList(system, eventId, 'code\nX\n')).toMatchObject({ status: 'DONE' });
  });

  test('is stopped by an admin: nothing of it is taken, and its sender is told', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    const { id } = await runningImport(eventId);
    expect(await system.client.refusal(remove, { id }, admin)).toMatchObject({ code: 'CONFLICT' });
    const { cancelTicketImport } = await system.client.data(cancel, { id }, admin);
    expect(cancelTicketImport).toEqual({
      id,
      status: 'CANCELED',
      failure: null,
      finishedAt: expect.any(String),
    });
    await tidy();
    // More than a part, behind what was removed already.
    list.resolve(listOf(1_500, (index) => `D-${index}`));
    await expect(list.sending).rejects.toMatchObject({ extensions: { code: 'CONFLICT' } });
    expect(await leftOf(eventId)).toMatchObject({ tickets: 0, imports: 1 });
    expect(await readImport(system, id)).toMatchObject({ status: 'CANCELED', rowsTaken: 1_000 });
    expect(await scan(eventId, 'C-1')).toBe('INVALID');
    expect(await system.client.refusal(cancel, { id }, admin)).toMatchObject({ code: 'CONFLICT' });
  });

  test('hears that it was stopped while nothing comes', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    await system.client.data(cancel, { id: (await runningImport(eventId)).id }, admin);
    await expect(list.sending).rejects.toMatchObject({
      message: 'The import was ended while the file was read.',
    });
  });

  test('whose connection breaks is FAILED and says so, and its tickets are removed', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    const { id } = await runningImport(eventId);
    list.reject(new UploadBroken(400, 'The connection broke before the file ended.'));
    await expect(list.sending).rejects.toThrow('The connection broke');
    expect(await readImport(system, id)).toMatchObject({
      status: 'FAILED',
      failure: 'The connection broke before the file ended.',
      finishedAt: expect.any(String),
    });
    await tidy();
    expect(await leftOf(eventId)).toEqual({ tickets: 0, imports: 1, errors: 0 });
  });

  test('that fails for a fault of ours says no more than that', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    const { id } = await runningImport(eventId);
    list.reject(new Error('secret of the house'));
    await expect(list.sending).rejects.toThrow('secret of the house');
    expect((await readImport(system, id)).failure).toBe('Something went wrong on our side.');
  });

  test('ends with its event', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    await system.deleted(eventId);
    list.resolve('');
    await expect(list.sending).rejects.toMatchObject({ extensions: { code: 'CONFLICT' } });
    await tidy();
    expect(await leftOf(eventId)).toEqual({ tickets: 0, imports: 0, errors: 0 });
  });
});

/** What a killed process leaves behind of a list of three, a while ago. */
async function leaveBehind(eventId: string, secondsAgo: number): Promise<string> {
  const id = newId();
  const { db, pool } = system.database;
  const startedAt = new Date();
  await insertImport(db, {
    id,
    eventId,
    mode: 'SKIP_BAD',
    fileName: null,
    startedBy: admin,
    bytesTotal: null,
    startedAt,
  });
  const ticket = { holderName: null, typeName: null, gates: null, validFrom: null, validUntil: null };
  const rows = [0, 1, 2].map((index) => ({ ...ticket, code: `C-${index}`, line: index + 2 }));
  await db.transaction(async (transaction) => {
    await addImportedTickets(transaction, { id, eventId }, rows);
  });
  await pool.query(
    'update attendance.ticket_import set seen_at = now() - make_interval(secs => $2) where id = $1',
    [id, secondsAgo],
  );
  return id;
}

describe('an import whose process has gone', () => {
  test('is taken for FAILED after a while, and keeps nobody waiting', async () => {
    const eventId = await ticketed();
    const id = await leaveBehind(eventId, 16);
    expect(await sendList(system, eventId, listOf(2))).toMatchObject({ status: 'DONE', rowsTaken: 2 });
    expect(await readImport(system, id)).toMatchObject({
      status: 'FAILED',
      failure: 'The server stopped while it read the file; send it again.',
    });
    await tidy();
    expect(await leftOf(eventId)).toMatchObject({ tickets: 2 });
    expect([await scan(eventId, 'C-1'), await scan(eventId, 'C-2')]).toEqual(['CheckIn', 'INVALID']);
  });

  test('is found without anybody asking, and not before', async () => {
    const [eventId, other] = [await ticketed(), await ticketed()];
    const [gone, slow] = [await leaveBehind(eventId, 16), await leaveBehind(other, 10)];
    await tidy();
    expect((await readImport(system, gone)).status).toBe('FAILED');
    expect(await leftOf(eventId)).toMatchObject({ tickets: 0 });
    expect((await readImport(system, slow)).status).toBe('RUNNING');
    expect(await leftOf(other)).toMatchObject({ tickets: 3 });
  });

  test('and that comes back all the same takes nothing', async () => {
    const eventId = await ticketed();
    const list = pausedList(eventId);
    await list.paused;
    const { id } = await runningImport(eventId);
    await failAbandonedImports({ database: system.database.db, clock: () => new Date() }, 0);
    list.resolve('');
    await expect(list.sending).rejects.toMatchObject({ extensions: { code: 'CONFLICT' } });
    await tidy();
    expect(await leftOf(eventId)).toMatchObject({ tickets: 0 });
    expect(await readImport(system, id)).toMatchObject({ status: 'FAILED', rowsTaken: 1_000 });
  });
});

describe('an import that FAILED', () => {
  test('leaves its report and no ticket, and its codes are free', async () => {
    const eventId = await ticketed();
    const failed = await sendList(system, eventId, `${listOf(6_000)}\u0007\n`);
    const bad = await sendList(system, eventId, `${listOf(6_000)}C-0\n`);
    expect([failed.status, bad.status]).toEqual(['FAILED', 'FAILED']);
    expect(await scan(eventId, 'C-1')).toBe('INVALID');
    // Before its tickets are gone, and after.
    expect(await sendList(system, eventId, listOf(2))).toMatchObject({ status: 'DONE' });
    await tidy();
    expect(await leftOf(eventId)).toMatchObject({ tickets: 2, errors: 2 });
    expect(await reportOf(system, bad.id)).toEqual(['6002 code: This code stands in line 2 already.']);
    expect(await sendList(system, eventId, 'code\nC-2\n')).toMatchObject({ status: 'DONE' });
    expect([await scan(eventId, 'C-0'), await scan(eventId, 'C-2'), await scan(eventId, 'C-3')]).toEqual([
      'CheckIn',
      'CheckIn',
      'INVALID',
    ]);
    expect(await expected(eventId)).toBe(3);
  });
});

describe('an import that is over', () => {
  test('is taken back whole: its tickets are INVALID, and its codes are free', async () => {
    const eventId = await ticketed();
    await sendList(system, eventId, 'code\nKEPT\n');
    const { id } = await sendList(system, eventId, `${listOf(6_000)}C-1\n`, { mode: 'SKIP_BAD' });
    expect(await expected(eventId)).toBe(6_001);
    expect(await system.client.data(remove, { id }, admin)).toEqual({ deleteTicketImport: true });
    expect([await scan(eventId, 'C-1'), await scan(eventId, 'KEPT')]).toEqual(['INVALID', 'CheckIn']);
    expect(await expected(eventId)).toBe(1);
    expect(await system.client.refusal(remove, { id }, admin)).toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await system.client.refusal('query ($id: ID!) { ticketImport(id: $id) { id } }', { id }, admin),
    ).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await sendList(system, eventId, 'code\nC-1\n')).toMatchObject({ status: 'DONE' });
    await tidy();
    expect(await leftOf(eventId)).toEqual({ tickets: 2, imports: 2, errors: 0 });
    const { rows } = await system.database.pool.query(
      'select count(*)::int as count from attendance.ticket_import_error where import_id = $1',
      [id],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('stays while somebody is in with one of its tickets', async () => {
    const eventId = await ticketed();
    const { id } = await sendList(system, eventId, listOf(3));
    const admitted = await system.scan({ eventId, code: 'C-1' });
    expect(await system.client.refusal(remove, { id }, admin)).toMatchObject({
      code: 'CONFLICT',
      message: 'Somebody was let in with one of these tickets; undo their check-ins first.',
    });
    await system.undo(admitted.id);
    expect(await system.client.data(remove, { id }, admin)).toEqual({ deleteTicketImport: true });
    expect(await scan(eventId, 'C-1')).toBe('INVALID');
  });

  test('is not taken back while a scan lets one of its tickets in: of the two one happens', async () => {
    for (let round = 0; round < 12; round += 1) {
      const eventId = await ticketed();
      const { id } = await sendList(system, eventId, 'code\nC-1\n');
      const [scanned, removed] = await Promise.all([
        scan(eventId, 'C-1'),
        system.client.answer(remove, { id }, admin),
      ]);
      expect([scanned, removed.errors?.[0]?.extensions?.code ?? 'removed']).toEqual(
        scanned === 'CheckIn' ? ['CheckIn', 'CONFLICT'] : ['INVALID', 'removed'],
      );
    }
  });
});

describe('reading and ending imports', () => {
  test('is for those who may', async () => {
    const eventId = await ticketed();
    const { id } = await sendList(system, eventId, listOf(1));
    const reading = 'query ($id: ID!) { ticketImport(id: $id) { id } }';
    for (const [query, variables] of [
      [reading, { id }],
      [newest, { eventId }],
    ] as const) {
      expect(await system.client.refusal(query, variables)).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(await system.client.refusal(query, variables, scanner)).toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const query of [cancel, remove]) {
      expect(await system.client.refusal(query, { id }, committee)).toMatchObject({ code: 'FORBIDDEN' });
      for (const unknown of ['x', '01a1ff03-9a79-76ef-8225-19308babdcdd'])
        expect(await system.client.refusal(query, { id: unknown }, admin)).toMatchObject({
          code: 'NOT_FOUND',
        });
    }
    expect(await system.client.refusal(newest, { eventId: 'nowhere' }, committee)).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('pages imports and errors, each by its own cursors', async () => {
    const eventId = await ticketed();
    const sent: string[] = [];
    for (const code of ['A', 'B', 'A'])
      sent.unshift(
        (await sendList(system, eventId, `code\n${code}\n\u0007\n\u0007\n`, { mode: 'SKIP_BAD' })).id,
      );
    const query = `query ($eventId: ID!, $after: String, $errors: String) { ticketImports(eventId: $eventId, first: 2, after: $after) {
      edges { node { id errors(first: 1, after: $errors) { edges { node { line } } pageInfo { hasNextPage endCursor } } } }
      pageInfo { hasNextPage endCursor } } }`;
    const read = async (variables = {}) =>
      (await system.client.data(query, { eventId, ...variables }, committee)).ticketImports;
    const first = await read();
    expect(first.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(sent.slice(0, 2));
    expect(
      first.edges.map(({ node }: { node: { errors: { edges: unknown[] } } }) => node.errors.edges),
    ).toEqual([[{ node: { line: 2 } }], [{ node: { line: 3 } }]]);
    const { edges, pageInfo } = await read({ after: first.pageInfo.endCursor });
    expect(edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(sent.slice(2));
    expect(pageInfo.hasNextPage).toBe(false);
    const foreign = { after: first.edges[0].node.errors.pageInfo.endCursor };
    expect(await system.client.refusal(query, { eventId, ...foreign }, committee)).toMatchObject({
      field: 'after',
    });
  });
});

describe('an import is refused', () => {
  test('at a door that takes any ticket, and for an event that was called off or does not exist', async () => {
    const send = async (eventId: string) => await sendList(system, eventId, listOf(1));
    await expect(send(await system.event())).rejects.toMatchObject({ extensions: { code: 'CONFLICT' } });
    const canceled = await system.ticketedEvent({ status: 'CANCELED' });
    await expect(send(canceled)).rejects.toMatchObject({ extensions: { code: 'CONFLICT' } });
    for (const eventId of ['nowhere', 'NO WHERE'])
      await expect(send(eventId)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    const draft = await system.ticketedEvent({ status: 'DRAFT' });
    expect(await send(draft)).toMatchObject({ status: 'DONE' });
  });

  test('with a file name that cannot be shown', async () => {
    const eventId = await ticketed();
    await expect(sendList(system, eventId, listOf(1), { fileName: 'x'.repeat(201) })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'fileName' },
    });
    expect(await leftOf(eventId)).toMatchObject({ imports: 0 });
  });
});
