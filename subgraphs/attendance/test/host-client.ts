import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { readHostEnvironment } from '../env.ts';
import { type RunningHost, startHost } from '../host/host.ts';

export interface HostClient {
  readonly url: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<any>;
  /** Answers the tokens and the user's id. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  login(username: string, password: string): Promise<any>;
}

export interface TestHost extends HostClient {
  readonly host: RunningHost;
  readonly database: TestDatabase;
  /** Registers somebody of this name, gives them the role, and answers their id and token. */
  person(username: string, role?: string): Promise<{ id: string; token: string }>;
  readonly admin: string;
  close(): Promise<void>;
}

const session = 'accessToken refreshToken user { id }';

/** The whole system in this process, on a database that may have one already. */
export async function startHostOn(
  database: TestDatabase,
  environment: Record<string, string> = {},
): Promise<RunningHost> {
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: 'memory',
    ATTENDANCE_PORT: '0',
    IDENTITY_PORT: '0',
    DEMO_DATA: 'false',
    BCRYPT_COST: '4',
    ...environment,
  };
  return await startHost(readHostEnvironment(settings), createLog('silent'));
}

/** Asks one host over HTTP. */
export function clientOf(host: RunningHost): HostClient {
  const url = `http://127.0.0.1:${host.port}`;
  const ask: HostClient['ask'] = async (query, variables = {}, token) => {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  };
  const login = async (username: string, password: string) => {
    const { data } = await ask(`mutation ($input: LoginInput!) { login(input: $input) { ${session} } }`, {
      input: { username, password },
    });
    return data.login;
  };
  return { url, ask, login };
}

/** The whole system in this process, over HTTP and a real PostgreSQL. @param on a database that is there already */
export async function startTestHost(
  environment: Record<string, string> = {},
  on?: TestDatabase,
): Promise<TestHost> {
  const database = on ?? (await createTestDatabase());
  const host = await startHostOn(database, environment);
  const client = clientOf(host);
  const { ask, login } = client;
  const { ADMIN_USERNAME = 'admin', ADMIN_PASSWORD = 'admin123' } = environment;
  const { accessToken: admin } = await login(ADMIN_USERNAME, ADMIN_PASSWORD);
  return {
    ...client,
    host,
    database,
    admin,
    person: async (username, role = 'USER') => {
      const input = { username, password: 'test-pass-123', role: 'USER' };
      const { data } = await ask(
        `mutation ($input: RegisterInput!) { register(input: $input) { ${session} } }`,
        { input },
      );
      const { id } = data.register.user;
      if (role === 'USER') return { id, token: data.register.accessToken };
      await ask(
        'mutation ($id: ID!, $role: Role!) { setUserRole(userId: $id, role: $role) { id } }',
        { id, role },
        admin,
      );
      return { id, token: (await login(username, input.password)).accessToken };
    },
    close: async () => {
      await host.stop();
      await database.close();
    },
  };
}

export const createOpenEvent = /* GraphQL */ `
  mutation ($id: ID) {
    createEvent(
      input: {
        id: $id
        name: "An event"
        startsAt: "2026-07-01T10:00:00Z"
        endsAt: "2026-07-02T10:00:00Z"
        timezone: "UTC"
        admission: OPEN
      }
    ) {
      id
    }
  }
`;

export const scanTicket = /* GraphQL */ `
  mutation ($eventId: ID!, $ticketId: ID!) {
    checkIn(input: { eventId: $eventId, ticketId: $ticketId }) {
      __typename
    }
  }
`;
