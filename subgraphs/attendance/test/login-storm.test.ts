import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { isNatsServerInstalled, NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { ServiceProcess } from '@tixgo/platform/testing/service-process.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { HostProcess } from './host-process.ts';

const login = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
const me = '{ me { username } }';
/** More than a gateway has connections, and than are served in the time that it gives a subgraph. */
const crowd = 60;

let database: TestDatabase;
let broker: NatsServer;
let identity: ServiceProcess;
let host: HostProcess;
let token: string;

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
type Answer = any;

const isLate = ({ extensions }: Answer): boolean => extensions.code === 'SUBGRAPH_UNAVAILABLE';

/** Signs in again and again, as often as it says; answers what it was told. */
async function signInTimes(times: number): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let time = 0; time < times; time += 1)
    answers.push(await host.graphql(login, { input: { username: 'admin', password: 'admin123' } }));
  return answers;
}

(isNatsServerInstalled() ? describe : describe.skip)(
  'with identity elsewhere, at the cost of production',
  () => {
    beforeAll(async () => {
      [database, broker] = await Promise.all([createTestDatabase(), NatsServer.start()]);
      const environment = {
        DATA_DIR: 'memory',
        DATABASE_URL: database.url,
        NATS_URL: broker.url,
        JWT_SECRET: 'j'.repeat(40),
        SERVICE_SECRET: 's'.repeat(40),
        LIMIT_REQUESTS_PER_MINUTE: '0',
        LIMIT_VIEWER_REQUESTS_PER_MINUTE: '0',
        BCRYPT_COST: '12',
      };
      const port = await findFreePort();
      identity = new ServiceProcess(
        'subgraphs/identity/server.ts',
        { ...environment, IDENTITY_PORT: String(port) },
        port,
      );
      host = await HostProcess.start({ ...environment, IDENTITY_URL: `${identity.url}/graphql` });
      await Promise.all([identity.ready(), host.ready()]);
      token = await host.signIn();
    }, 60_000);
    afterAll(async () => {
      await Promise.all([host.stop(), identity.stop()]);
      await broker.close();
      await database.close();
    });

    test('a storm of logins lets some in and tells the others when to come back, while identity answers all else', async () => {
      let isOver = false;
      const storm = Promise.all(Array.from({ length: crowd }, () => signInTimes(3))).finally(() => {
        isOver = true;
      });
      const readings: Answer[] = [];
      while (!isOver) readings.push(await host.graphql(me, {}, token));
      const answers = (await storm).flat();
      const refusals = answers.flatMap(({ errors = [] }) => errors).filter((error) => !isLate(error));
      const admitted = answers.filter(({ data }) => data?.login?.accessToken);
      expect(new Set(refusals.map(({ extensions }) => extensions.code))).toEqual(new Set(['RATE_LIMITED']));
      expect(Math.min(...refusals.map(({ extensions }) => extensions.retryAfterSeconds))).toBeGreaterThan(0);
      expect(admitted.length).toBeGreaterThan(0);
      // None, but on a machine that has much else to do; where identity knows of no deadline it is many more.
      expect(answers.length - admitted.length - refusals.length).toBeLessThanOrEqual(answers.length / 20);
      expect(answers).toHaveLength(crowd * 3);
      expect(readings.length).toBeGreaterThan(0);
      expect(readings.filter(({ errors }) => errors).length).toBeLessThanOrEqual(readings.length / 20);
      // The last of it may run still, for nobody.
      await eventually(() => host.signIn(), 20_000);
    }, 60_000);
  },
);
