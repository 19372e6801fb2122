import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { type Answer, SubgraphClient } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { AccessTokens, type TokenSettings } from '@tixgo/platform/tokens.ts';
import type { Role, UserViewer } from '@tixgo/platform/viewer.ts';
import type { UserAccessChanged } from '@tixgo/schema/facts/identity.ts';
import type { Caller } from '../service/dependencies.ts';
import {
  buildIdentitySubgraph,
  type IdentitySubgraph,
  type IdentitySubgraphDependencies,
} from '../subgraph.ts';

export const seconds = 1000;
export const minutes = 60 * seconds;
export const days = 24 * 60 * minutes;

export const password = 'correct horse';
export const firstAdmin = { username: 'root', password: 'root-password' };

const tokens: TokenSettings = { secret: 'test-secret-'.repeat(4), algorithm: 'HS256', lifetimeMinutes: 120 };

export const testEnvironment: IdentitySubgraphDependencies['environment'] = {
  tokens,
  firstAdmin,
  isReachableFromOutside: false,
  registrationRoles: ['USER', 'COMMITTEE'],
  registrationLimit: 40,
  bcryptCost: 4,
  mail: {
    smtp: undefined,
    from: { name: 'TixGo', address: 'tixgo@example.org' },
    folder: undefined,
    portalUrl: 'https://tickets.example.org',
  },
};

/** Nobody is there to be asked. */
export const noLookup: EntityLookup = async () => {
  throw new Error('Nothing was expected to be asked.');
};

const sessionFields = 'accessToken refreshToken expiresAt user { id username role }';

/** What `login` and its like answer. */
export interface SessionAnswer {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly username: string; readonly role: Role };
}

/** What a test may bring itself. */
export type Overridable = Pick<
  IdentitySubgraphDependencies,
  'environment' | 'bcrypt' | 'lookup' | 'log' | 'bus'
>;

/** The identity service on a database of its own, with a clock that stands until it is moved. */
export class IdentitySystem {
  readonly database: TestDatabase;
  readonly subgraph: IdentitySubgraph;
  readonly client: SubgraphClient;
  readonly #clock: { now: Date };

  static async start(
    overrides: Partial<Overridable> & {
      poolSize?: number;
    } = {},
  ): Promise<IdentitySystem> {
    const { poolSize = 10, ...dependencies } = overrides;
    const system = new IdentitySystem(await createTestDatabase({ poolSize }), dependencies);
    await system.boot();
    return system;
  }

  constructor(database: TestDatabase, overrides: Partial<Overridable> = {}) {
    const clock = { now: new Date('2026-03-01T12:00:00.000Z') };
    const log = createLog('silent');
    this.#clock = clock;
    this.database = database;
    this.subgraph = buildIdentitySubgraph({
      database,
      bus: new InProcessBus(log),
      log,
      clock: () => clock.now,
      lookup: noLookup,
      environment: testEnvironment,
      ...overrides,
    });
    this.client = new SubgraphClient(this.subgraph);
  }

  /** Without its repeated works: what they do, a test calls for when it wants it. */
  async boot(): Promise<void> {
    await this.subgraph.prepare();
  }

  get now(): Date {
    return this.#clock.now;
  }

  pass(milliseconds: number): void {
    this.#clock.now = new Date(this.#clock.now.getTime() + milliseconds);
  }

  async stop(): Promise<void> {
    await this.subgraph.stop();
    await this.database.close();
  }

  /** A client at an address, with a browser. */
  from(caller: Caller): SubgraphClient {
    return new SubgraphClient({
      ...this.subgraph,
      execute: (request) => this.subgraph.execute({ ...request, ...caller }),
    });
  }

  async register(username: string, input: Record<string, unknown> = {}): Promise<SessionAnswer> {
    const { register } = await this.client.data(
      `mutation($input: RegisterInput!) { register(input: $input) { ${sessionFields} } }`,
      { input: { username, password, ...input } },
    );
    return register;
  }

  async login(username: string, given = password, client = this.client): Promise<SessionAnswer> {
    const { login } = await client.data(
      `mutation($input: LoginInput!) { login(input: $input) { ${sessionFields} } }`,
      { input: { username, password: given } },
    );
    return login;
  }

  async refusedLogin(username: string, given: string, client = this.client): Promise<Answer> {
    return await client.refusal('mutation($input: LoginInput!) { login(input: $input) { accessToken } }', {
      input: { username, password: given },
    });
  }

  async refresh(refreshToken: string): Promise<SessionAnswer> {
    const { refreshSession } = await this.client.data(
      `mutation($token: String!) { refreshSession(refreshToken: $token) { ${sessionFields} } }`,
      { token: refreshToken },
    );
    return refreshSession;
  }

  async refusedRefresh(refreshToken: string): Promise<Answer> {
    return await this.client.refusal(
      'mutation($token: String!) { refreshSession(refreshToken: $token) { accessToken } }',
      { token: refreshToken },
    );
  }

  /** The bearer of a session, as the gateway would make them out. */
  viewer({ accessToken }: SessionAnswer): UserViewer {
    return new AccessTokens(tokens, () => this.now).verify(accessToken);
  }

  async admin(): Promise<UserViewer> {
    return this.viewer(await this.login(firstAdmin.username, firstAdmin.password));
  }

  async setRole(userId: string, role: Role): Promise<void> {
    await this.client.data(
      'mutation($userId: ID!, $role: Role!) { setUserRole(userId: $userId, role: $role) { id } }',
      { userId, role },
      await this.admin(),
    );
  }

  async ban(userId: string, reason = 'abuse'): Promise<void> {
    await this.client.data(
      'mutation($userId: ID!, $reason: String!) { banUser(userId: $userId, reason: $reason) { id } }',
      { userId, reason },
      await this.admin(),
    );
  }

  /** What was told of changed access, in order. */
  async toldChanges(): Promise<UserAccessChanged[]> {
    const { rows } = await this.database.pool.query(
      "select payload from identity.outbox where type = 'user.access-changed' order by sequence",
    );
    return rows.map(({ payload }) => payload);
  }
}

/** Resolves once a statement waits for a row that another transaction holds. */
export async function waitForLock(database: TestDatabase): Promise<'waiting'> {
  const query =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await database.pool.query(query)).rows.length === 0);
  return 'waiting';
}
