import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { processEnvironment } from '../env.ts';
import { treatDeadLetters } from '../facts/command/dead-letters.ts';
import { readRequest } from '../facts/command/request.ts';
import { retryDelays } from '../facts/jetstream/fact-delivery.ts';
import { factSubject, partitionOf } from '../facts/jetstream/topology.ts';
import { isNatsServerInstalled } from '../testing/nats-server.ts';
import { BrokerSystem, factOf, Heard, happened, until, untilReady } from './broker-system.ts';

const withBroker = isNatsServerInstalled() ? describe : describe.skip;

let system: BrokerSystem;
beforeEach(async () => {
  system = await BrokerSystem.start();
});
afterEach(() => system.close());

/** `npm run facts -- dead …`, as an operator runs it. */
async function dead(...args: readonly string[]): Promise<string> {
  const request = readRequest(['dead', ...args], new Date());
  if (request.command !== 'dead') throw new Error('That is another command.');
  const lines: string[] = [];
  await treatDeadLetters(system.server.url, request.action, request.choice, (line) => void lines.push(line));
  return lines.join('\n');
}

async function untilDead(letters: number): Promise<void> {
  await until(async () => {
    const lines = (await dead('list')).split('\n');
    return lines.length === letters && lines[0] !== 'no dead letters';
  });
}

/** A consumer that fails on some facts until they are mended. */
function failing(heard: Heard, fails: (payload: unknown) => boolean) {
  const state = { isMended: false, deliveries: 0 };
  const act = async ({ payload }: { payload: unknown }) => {
    if (!fails(payload) || state.isMended) return;
    state.deliveries += 1;
    throw new Error('The seat is taken.', { cause: new Error('duplicate key value') });
  };
  return { state, consumer: heard.by('ticket', { act }) };
}

withBroker('a fact that its consumer fails on for good', () => {
  test('is a dead letter after a bounded number of deliveries, and the later ones of its key go on', async () => {
    const heard = new Heard();
    const { state, consumer } = failing(heard, (payload) => payload === 'bad');
    const bus = await system.join(consumer);
    for (const payload of ['bad', 'good']) await bus.publish(factOf('k', payload));
    await heard.count(1);
    expect([heard.payloads, state.deliveries]).toEqual([['good'], 7]);
    const pattern =
      /^1 {2}\d{4}-\d\d-\d\dT\S+Z {2}ticket {2}thing\.happened {2}deliveries: 7 {2}Error: duplicate key value$/;
    expect(await dead('list')).toMatch(pattern);
  });

  test('can be tried again at that service alone, and is no dead letter then', async () => {
    const [ticket, door] = [new Heard(), new Heard()];
    const { state, consumer } = failing(ticket, () => true);
    const bus = await system.join(consumer, door.by('door'), door.by('gateway', { audience: 'process' }));
    const fact = factOf('k', { seat: 1 });
    await bus.publish(fact);
    await door.count(2);
    await untilDead(1);
    state.isMended = true;
    expect(await dead('replay', '--service', 'ticket')).toBe('1 given again to the service that gave up');
    await ticket.count(1);
    expect(ticket.facts).toEqual([fact]);
    expect(await dead('list')).toBe('no dead letters');
    await bus.publish(factOf('k', 'last'));
    await door.count(4);
    expect(door.facts).toHaveLength(4);
  });

  test('is one again when it fails again', async () => {
    const { consumer } = failing(new Heard(), () => true);
    const bus = await system.join(consumer);
    await bus.publish(factOf('k', 1));
    await untilDead(1);
    await dead('replay', '--id', '1');
    await untilDead(1);
    expect(await dead('list')).toMatch(/^2 /);
  });

  test('can be chosen by service and number, shown with what it says, and dropped', async () => {
    const { consumer } = failing(new Heard(), () => true);
    const other = failing(new Heard(), () => true).consumer;
    const bus = await system.join(consumer, { ...other, name: 'door' });
    const fact = factOf('k', { seat: 7 });
    await bus.publish(fact);
    await untilDead(2);
    expect((await dead('list', '--service', 'door')).split('\n')).toEqual([
      expect.stringContaining('  door  '),
    ]);
    const [line, body] = (await dead('list', '--id', '2')).split('\n');
    expect(line).toMatch(/^2 /);
    expect(JSON.parse(String(body))).toEqual(fact);
    expect(await dead('drop', '--service', 'door')).toBe('1 dropped');
    expect(await dead('list')).toContain('  ticket  ');
    for (const action of ['list', 'replay', 'drop'])
      await expect(dead(action, '--id', '77')).rejects.toThrow('There is no dead letter 77;');
    expect(await dead('drop', '--all')).toBe('1 dropped');
    expect(await dead('list')).toBe('no dead letters');
  });

  test.each([
    ['no JSON', 'The door is open.', 'SyntaxError'],
    ['no fact', '{"id": 1}', 'UnreadableFactError: The message is JSON, but no fact.'],
    ['JSON of another kind', 'null', 'UnreadableFactError: The message is JSON, but no fact.'],
  ])('because it is %s is one at once', async (_what, text, reason) => {
    const heard = new Heard();
    const bus = await system.join(heard.by('ticket'));
    const connection = await connect({ servers: new URL(system.server.url).host });
    await jetstream(connection).publish(factSubject({ key: 'k', type: happened }), text);
    await connection.close();
    await bus.publish(factOf('k', 'good'));
    await heard.count(1);
    expect(await dead('list')).toContain(`  deliveries: 1  ${reason}`);
    expect((await dead('list', '--id', '1')).split('\n').at(-1)).toBe(text);
  });

  test('is one untried when every process that had it ended before it answered', async () => {
    const heard = new Heard();
    const once = { retryDelays: [] };
    const first = system.connect(once);
    first.subscribe(new Heard().by('ticket'));
    await untilReady(first);
    await first.close();
    await (await system.join()).publish(factOf('k', 'ends processes'));
    await takeUnanswered(`ticket-${partitionOf('k')}`, 3);
    const last = system.connect(once);
    last.subscribe(heard.by('ticket'));
    await untilDead(1);
    expect(await dead('list')).toMatch(/ {2}deliveries: 4 {2}Error: It was delivered again and again/);
    expect(heard.facts).toEqual([]);
  });

  test('is listed by the command, which says in one line when there is no broker', async () => {
    const program = new URL('../facts/command/main.ts', import.meta.url).pathname;
    const run = (url: string) =>
      promisify(execFile)(process.execPath, [program, 'dead', 'list'], {
        env: { PATH: processEnvironment().PATH, NATS_URL: url },
      });
    expect((await run(system.server.url)).stdout).toBe('no dead letters\n');
    const refusal = {
      code: 1,
      stderr: expect.stringMatching(/^NATS_URL: the broker does not serve us: .*\n$/),
    };
    await expect(run('nats://127.0.0.1:1')).rejects.toMatchObject(refusal);
  });

  test('waits five minutes in between, all in all', () => {
    expect(retryDelays.reduce((sum, delay) => sum + delay, 0)).toBeCloseTo(300_600);
  });
});

withBroker('a fact whose consumer cannot reach its database', () => {
  test('waits for as long as that lasts, and is no dead letter', async () => {
    const heard = new Heard();
    let failures = 2;
    const act = async () => {
      if (failures-- > 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const bus = system.connect({ retryDelays: [] });
    bus.subscribe(heard.by('ticket', { act }));
    await untilReady(bus);
    await bus.publish(factOf('k', 'patient'));
    await heard.count(1);
    expect(await dead('list')).toBe('no dead letters');
  });
});

/** As processes that end: the broker counts a delivery, and nobody has acted on it. */
async function takeUnanswered(consumer: string, times: number): Promise<void> {
  const connection = await connect({ servers: new URL(system.server.url).host });
  const messages = await jetstream(connection).consumers.get('TIXGO_FACTS', consumer);
  for (let time = 0; time < times; time += 1) (await messages.next())?.nak();
  await connection.flush();
  await connection.close();
}
