import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { TicketNotice } from '@tixgo/schema/facts/notice.ts';
import type { MailEnvironment } from '../env.ts';
import { IdentitySystem, type Overridable, type SessionAnswer, testEnvironment } from './identity-system.ts';
import type { ReceivedMail } from './received-mail.ts';
import { SmtpServer } from './smtp-server.ts';

export interface MailRow {
  readonly template: string;
  readonly address: string;
  readonly attempts: number;
  readonly sent: boolean;
  readonly givenUp: boolean;
  readonly failure: string | null;
}

type Given = Partial<Overridable> & { readonly mail?: MailEnvironment };

export const requestPasswordReset =
  'mutation ($username: String!) { requestPasswordReset(username: $username) }';

/** What is answered of an event, where a test asks for no other answer. */
export const knownEvent = async () => ({
  name: 'Harbour Lights',
  startsAt: '2026-06-01T18:00:00.000Z',
  timezone: 'Europe/Berlin',
  venue: null,
});

/** Identity with an SMTP server. */
export class MailSystem {
  readonly smtp: SmtpServer;
  readonly system: IdentitySystem;
  /** What the log was told, parsed. */
  readonly logged: Record<string, unknown>[] = [];
  readonly #log = createLog('info', { write: (line: string) => void this.logged.push(JSON.parse(line)) });
  readonly #bus = new InProcessBus(this.#log);
  readonly #given: Given;

  static async start({ poolSize = 10, ...given }: Given & { poolSize?: number } = {}): Promise<MailSystem> {
    const mails = new MailSystem(await createTestDatabase({ poolSize }), await SmtpServer.start(), given);
    await mails.system.boot();
    return mails;
  }

  private constructor(database: TestDatabase, smtp: SmtpServer, given: Given) {
    this.smtp = smtp;
    this.#given = given;
    this.system = this.#build(database, given.mail ?? smtp.mail);
  }

  /** Another process on the same database. It is never stopped: it may have been killed. */
  async replica(mail = this.smtp.mail): Promise<IdentitySystem> {
    const replica = this.#build(this.system.database, mail);
    replica.pass(this.system.now.getTime() - replica.now.getTime());
    return replica;
  }

  /** Tells identity a notice, as the ticket service does. */
  async tell(payload: TicketNotice, id = newId()): Promise<void> {
    const occurredAt = this.system.now.toISOString();
    await this.#bus.publish({
      id,
      type: 'ticket.notice',
      version: 1,
      key: payload.userId,
      occurredAt,
      payload,
    });
  }

  /** Tells of a canceled event, which a mail says something of for as long as it takes. */
  async tellCanceled(userId: string): Promise<void> {
    await this.tell({ kind: 'EVENT_CANCELED', userId, eventId: 'evt1' });
  }

  /** Somebody with an address. */
  async person(username: string, email: string | null = `${username}@example.org`): Promise<SessionAnswer> {
    return await this.system.register(username, { email });
  }

  /** Has a mail written to each of these new people. */
  async writeTo(...usernames: string[]): Promise<void> {
    for (const username of usernames) await this.tellCanceled((await this.person(username)).user.id);
  }

  /** Asks for a reset and begins it. */
  async requestReset(username: string): Promise<void> {
    await this.system.client.data(requestPasswordReset, { username });
    while (await this.system.subgraph.services.beginNextReset());
  }

  /** Sends until nothing is due. */
  async sendDue(): Promise<void> {
    while (await this.system.subgraph.mailer.sendDue());
  }

  /** Sends what is due, and answers what arrived since the last time. */
  async sent(): Promise<ReceivedMail[]> {
    await this.sendDue();
    return this.smtp.received.splice(0);
  }

  /** Rows of the table of mails, oldest first. */
  async rows(): Promise<MailRow[]> {
    const { rows } = await this.system.database.pool.query(
      `select template, address, attempts, sent_at is not null as sent, given_up_at is not null as "givenUp", failure
       from identity.mail order by created_at, id`,
    );
    return rows;
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.smtp.stop();
  }

  #build(database: TestDatabase, mail: MailEnvironment): IdentitySystem {
    const { mail: _, ...overrides } = this.#given;
    const environment = { ...testEnvironment, mail };
    const own = { log: this.#log, bus: this.#bus, lookup: knownEvent, environment };
    return new IdentitySystem(database, { ...own, ...overrides });
  }
}

/** The token of a reset's mail. */
export function tokenIn(text: string): string {
  const token = /#token=([\w-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error(`No token in\n${text}`);
  return token;
}
