import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { ServiceProcess } from '@tixgo/platform/testing/service-process.ts';
import { DoorClient } from './door-client.ts';

export const newFolder = () => mkdtempSync(join(tmpdir(), 'tixgo-test-'));

/** An attendance host as a process of its own, and its client. */
export class HostProcess extends ServiceProcess {
  readonly #client = new DoorClient(this.url);
  readonly graphql = this.#client.graphql.bind(this.#client);
  readonly signIn = this.#client.signIn.bind(this.#client);
  readonly openEvent = this.#client.openEvent.bind(this.#client);
  readonly scan = this.#client.scan.bind(this.#client);

  static async start(environment: Record<string, string>): Promise<HostProcess> {
    const [port, identityPort] = [await findFreePort(), await findFreePort()];
    const settings = {
      LOG_LEVEL: 'warn',
      DEMO_DATA: 'false',
      BCRYPT_COST: '4',
      ATTENDANCE_PORT: String(port),
      IDENTITY_PORT: String(identityPort),
      ...environment,
    };
    return new HostProcess('subgraphs/attendance/server.ts', settings, port);
  }
}
