import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEnvironment } from '@tixgo/platform/env.ts';

export const newFolder = () => mkdtempSync(join(tmpdir(), 'tixgo-test-'));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A service as a process of its own, as an operator runs it. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly url: string;
  #output = '';

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.ended = new Promise((done) => child.once('close', (code) => done({ code, output: this.#output })));
  }

  /** What it has said so far. */
  get output(): string {
    return this.#output;
  }

  /** @param script a path from the repository's root */
  static spawn(script: string, environment: Record<string, string>, port: number): ServiceProcess {
    const root = new URL('../../../', import.meta.url);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      cwd: root,
      // Of the test run's own environment nothing but the way to node may decide how a host starts.
      env: {
        PATH: processEnvironment().PATH,
        LOG_LEVEL: 'warn',
        DEMO_DATA: 'false',
        BCRYPT_COST: '4',
        ...environment,
      },
    });
    return new ServiceProcess(child, `http://127.0.0.1:${port}`);
  }

  static async host(environment: Record<string, string>): Promise<ServiceProcess> {
    const [port, identityPort] = [await freePort(), await freePort()];
    const ports = { ATTENDANCE_PORT: String(port), IDENTITY_PORT: String(identityPort) };
    return ServiceProcess.spawn('subgraphs/attendance/server.ts', { ...ports, ...environment }, port);
  }

  /** Waits until it is ready; a process that ends instead fails the test with what it said. */
  async ready(): Promise<this> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    for (;;) {
      const answer = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (answer?.ok) return this;
      if (isOver) throw new Error(`The process ended: ${this.#output}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    return await this.ended;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  async graphql(query: string, variables: Record<string, unknown> = {}, token?: string): Promise<any> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  }

  /** The access token of somebody, the first admin unless named. */
  async signIn(username = 'admin', password = 'admin123'): Promise<string> {
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
    const { data, errors } = await this.graphql(login, { input: { username, password } });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.login.accessToken;
  }

  /** An event with an open door that everybody may enter once; answers its id. */
  async openEvent(token: string, change: Record<string, unknown> = {}): Promise<string> {
    const input = {
      name: 'An event',
      startsAt: '2026-07-01T10:00:00Z',
      endsAt: '2026-07-02T10:00:00Z',
      timezone: 'UTC',
      admission: 'OPEN',
      ...change,
    };
    const create = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
    const { data, errors } = await this.graphql(create, { input }, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.createEvent.id;
  }

  /** What the door says: `CheckIn` or `CheckInRefusal`; undefined when nobody answered. */
  async scan(token: string, eventId: string, ticketId: string): Promise<string | undefined> {
    const scan = 'mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }';
    try {
      const { data } = await this.graphql(scan, { input: { eventId, ticketId } }, token);
      return data?.checkIn.__typename;
    } catch {
      return undefined;
    }
  }
}
