import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { Role, UserViewer } from '@tixgo/platform/viewer.ts';
import { type HostEnvironment, readHostEnvironment } from '../../env.ts';
import { Databases } from '../../host/databases.ts';
import { type HostedSystem, hostSubgraphs } from '../../host/hosted-system.ts';
import { FactBroker } from './fact-broker.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
export type Answer = any;

/** `lost`: the system went down meanwhile, and nobody knows whether it was done. */
export type Reply =
  | { readonly kind: 'data'; readonly data: Answer }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'lost' };

export const works = ['sweep', 'unwind', 'reconcile'] as const;
export type Work = (typeof works)[number];

export type Service = 'event' | 'ticket' | 'payment' | 'attendance';

interface Incarnation {
  readonly name: string;
  readonly system: HostedSystem;
  readonly databases: Databases;
}

/** What nobody should meet. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const patience = 20_000;
const nowhere = 'postgres://127.0.0.1:1/nowhere';

/**
 * The whole system in this process, on a real PostgreSQL, with a broker that it does not own and a clock that can jump.
 * It can be stopped or cut off in the middle of its work, and built anew on the same database.
 */
export class SaleWorld {
  readonly broker = new FactBroker();
  readonly database: TestDatabase;
  readonly buyers: UserViewer[] = [];
  readonly admin = viewer('ADMIN', 'ada');
  readonly scanner = viewer('SCANNER', 'dora');
  readonly #environment: HostEnvironment;
  readonly #ending: Promise<unknown>[] = [];
  readonly #later = new Set<Promise<void>>();
  readonly #troubles: unknown[] = [];
  #current: Incarnation | undefined;
  #incarnations = 0;
  #ahead = 0;
  #errors: string[] = [];
  readonly #log = createLog('error', { write: (line: string) => void this.#errors.push(line) });

  static async start(buyers: number): Promise<SaleWorld> {
    const world = new SaleWorld(await createTestDatabase());
    await world.boot();
    for (let index = 0; index < buyers; index += 1) await world.#register(`buyer${index}`);
    await world.settle();
    return world;
  }

  constructor(database: TestDatabase) {
    this.database = database;
    // Read once: what is signed by one incarnation must be good with the next.
    this.#environment = readHostEnvironment({
      DATABASE_URL: database.url,
      DATA_DIR: 'memory',
      BCRYPT_COST: '4',
      ORDER_WINDOW_SECONDS: '60',
      ADMIN_PASSWORD: 'test-pass-123',
    });
  }

  readonly clock = () => new Date(Date.now() + this.#ahead);

  now(): number {
    return this.clock().getTime();
  }

  pass(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  /** @throws Violation for an error that is not the caller's */
  async ask(
    service: Service,
    query: string,
    variables: Record<string, unknown>,
    asking: UserViewer,
  ): Promise<Reply> {
    const asked = this.#current;
    const subgraph = asked?.system[service];
    if (!subgraph) return { kind: 'lost' };
    const { data, errors } = await subgraph.execute({ query, variables, viewer: asking, requestId: newId() });
    const [error] = errors ?? [];
    if (!error) return { kind: 'data', data };
    const code = String(error.extensions?.code);
    if (!['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE'].includes(code))
      return { kind: 'refused', code, message: error.message };
    if (this.#current !== asked) return { kind: 'lost' };
    throw new Violation(`${code} at ${query.trim()} ${JSON.stringify(variables)}: ${this.#lastError()}`);
  }

  /** As `ask`, of a request with a key: one that was lost is sent again, as its sender would. */
  async askKeyed(...request: Parameters<SaleWorld['ask']>): Promise<Exclude<Reply, { kind: 'lost' }>> {
    for (;;) {
      const reply = await this.ask(...request);
      if (reply.kind !== 'lost') return reply;
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Lets work go on while other things happen; `rest` waits for it. */
  doMeanwhile(work: () => Promise<void>): void {
    const tracked = work()
      .catch((error) => {
        this.#troubles.push(error);
      })
      .finally(() => this.#later.delete(tracked));
    this.#later.add(tracked);
  }

  get isBusy(): boolean {
    return this.#later.size > 0;
  }

  /** Stops the system as a deployment does, and starts the next one. */
  async restart(): Promise<void> {
    const { system, databases } = this.#leave();
    await system.stop();
    await databases.close();
    await this.boot();
  }

  /** Cuts the system off its database in the middle of whatever it does, and starts the next one. */
  async crash(): Promise<void> {
    if (!this.#current) return;
    await this.#cutOff();
    await this.boot();
  }

  /** After a run that failed: whatever it left under way must not reach into the next one. */
  async startOver(): Promise<void> {
    await this.#cutOff();
    await Promise.allSettled(this.#ending.splice(0));
    await this.forget();
    await this.boot();
    await Promise.all(this.#later);
    this.#troubles.length = 0;
  }

  async #cutOff(): Promise<void> {
    const { name, system, databases } = this.#leave();
    const { pool } = await databases.get('attendance');
    // A pool that is ended keeps those who wait for a connection waiting; one whose server is gone tells them.
    pool.options.connectionString = nowhere;
    await this.database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [name],
    );
    this.#ending.push(system.stop().finally(() => databases.close()));
  }

  async boot(): Promise<void> {
    this.#incarnations += 1;
    const name = `incarnation-${this.#incarnations}`;
    const url = new URL(this.database.url);
    url.searchParams.set('application_name', name);
    const databases = new Databases({ ...this.#environment.common, databaseUrl: url.href }, this.#log);
    const bus = this.broker.connect();
    const system = await hostSubgraphs({
      environment: this.#environment,
      databases,
      bus,
      log: this.#log,
      clock: this.clock,
    });
    this.#current = { name, system, databases };
  }

  /** One of those that a system does by itself, now. */
  async run(work: Work): Promise<void> {
    const asked = this.#current;
    const { ticket, payment } = asked?.system ?? {};
    const rounds = {
      sweep: ticket?.services.sweepLapsedOrders,
      unwind: ticket?.services.unwindCanceledEvents,
      reconcile: payment?.services.reconcile,
    };
    try {
      while (await rounds[work]?.());
    } catch (error) {
      if (this.#current === asked) throw error;
    }
  }

  /** Waits until every fact that was told has come where it goes, or is held back. */
  async settle(): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await this.#isQuiet())) {
      if (Date.now() > deadline)
        throw new Violation(
          `facts do not arrive: ${[...this.broker.waiting, ...this.broker.failures].slice(0, 10)}`,
        );
      await new Promise((done) => setTimeout(done, 2));
    }
  }

  async #isQuiet(): Promise<boolean> {
    if (!this.broker.isIdle()) return false;
    const { handed } = this.broker;
    const outboxes = ['identity', 'event', 'attendance', 'ticket', 'payment']
      .map((service) => `select 1 from ${service}.outbox where published_at is null`)
      .join(' union all ');
    const { rows } = await this.database.pool.query(`select exists(${outboxes}) as busy`);
    // What a consumer did while the outboxes were read may have told more.
    return !rows[0].busy && this.broker.isIdle() && this.broker.handed === handed;
  }

  /** Waits for work that was left to go on, and for systems that are to end. */
  async rest(): Promise<void> {
    this.broker.release();
    await Promise.all(this.#later);
    await Promise.allSettled(this.#ending.splice(0));
    const [trouble] = this.#troubles.splice(0);
    if (trouble !== undefined) throw trouble;
  }

  /** Empties the database of all that was sold; the broker too. */
  async forget(): Promise<void> {
    const { rows } = await this.database.pool.query(
      `select string_agg(format('delete from %I.%I', schemaname, tablename), ';') as emptying from pg_tables
       where schemaname in ('event', 'ticket', 'payment', 'attendance')
         and tablename not in ('ticket_key', 'signing_key') and tablename not like '%migration%'`,
    );
    // Foreign keys apart: in whatever order, all of it goes. A truncation would take ten times as long.
    await this.database.pool.query(
      `begin; set local session_replication_role = replica; ${rows[0].emptying}; commit`,
    );
    this.broker.forget();
    this.#errors = [];
  }

  async close(): Promise<void> {
    await this.rest();
    const { system, databases } = this.#leave();
    await system.stop();
    await databases.close();
    await this.database.close();
  }

  #lastError(): string {
    return this.#errors.at(-1)?.slice(0, 1_500) ?? '';
  }

  #leave(): Incarnation {
    if (!this.#current) throw new Error('No system runs.');
    const left = this.#current;
    this.#current = undefined;
    this.broker.disconnect();
    return left;
  }

  async #register(username: string): Promise<void> {
    const identity = this.#current?.system.identity;
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
    const variables = { input: { username, password: 'test-pass-123', role: 'USER' } };
    const answer = await identity?.execute({
      query,
      variables,
      viewer: { kind: 'anonymous' },
      requestId: newId(),
    });
    const data: Answer = answer?.data;
    this.buyers.push({ ...viewer('USER', username), id: data.register.user.id });
  }
}

function viewer(role: Role, username: string): UserViewer {
  return { kind: 'user', id: newId(), username, role, sessionId: newId(), issuedAt: new Date() };
}
