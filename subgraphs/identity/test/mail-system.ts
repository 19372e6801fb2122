import type { Fact } from '@tixgo/platform/facts/fact.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { TicketNotice } from '@tixgo/schema/facts/notice.ts';
import type { MailEnvironment } from '../env.ts';
import { IdentitySystem, type Overridable, type SessionAnswer, testEnvironment } from './identity-system.ts';
import { SmtpServer } from './smtp-server.ts';

export interface MailSystem {
  readonly system: IdentitySystem;
  readonly smtp: SmtpServer;
  /** What the log was told, parsed. */
  readonly logged: Record<string, unknown>[];
  /** Another process on the same database. It is never stopped: it may have been killed. */
  replica(mail?: MailEnvironment): Promise<IdentitySystem>;
  /** Tells identity a notice, as the ticket service does. */
  tell(notice: TicketNotice, id?: string): Promise<void>;
  /** Somebody with an address. */
  person(username: string, email?: string | null): Promise<SessionAnswer>;
  /** Asks for a reset and begins it. */
  requestReset(username: string): Promise<void>;
  /** Rows of the table of mails, oldest first. */
  rows(): Promise<MailRow[]>;
  stop(): Promise<void>;
}

export interface MailRow {
  readonly template: string;
  readonly address: string;
  readonly attempts: number;
  readonly sent: boolean;
  readonly givenUp: boolean;
  readonly failure: string | null;
}

export const requestPasswordReset =
  'mutation ($username: String!) { requestPasswordReset(username: $username) }';

/** Identity with an SMTP server. */
export async function startMailSystem(
  overrides: Partial<Overridable> & { readonly mail?: MailEnvironment; readonly poolSize?: number } = {},
): Promise<MailSystem> {
  const { mail: givenMail, poolSize = 10, ...given } = overrides;
  const database = await createTestDatabase({ poolSize });
  const smtp = await SmtpServer.start();
  const logged: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line: string) => void logged.push(JSON.parse(line)) });
  const bus = new InProcessBus(log);
  const build = (mail: MailEnvironment) =>
    new IdentitySystem(database, { log, bus, environment: { ...testEnvironment, mail }, ...given });
  const system = build(givenMail ?? smtp.mail);
  await system.boot();
  return {
    system,
    smtp,
    logged,
    replica: async (mail = smtp.mail) => {
      const replica = build(mail);
      replica.pass(system.now.getTime() - replica.now.getTime());
      return replica;
    },
    tell: async (payload, id = newId()) => {
      const occurredAt = system.now.toISOString();
      const fact: Fact = { id, type: 'ticket.notice', version: 1, key: payload.userId, occurredAt, payload };
      await bus.publish(fact);
    },
    person: async (username, email = `${username}@example.org`) => await system.register(username, { email }),
    requestReset: async (username) => {
      await system.client.data(requestPasswordReset, { username });
      while (await system.subgraph.services.beginPasswordResets());
    },
    rows: async () => {
      const { rows } = await database.pool.query(
        `select template, address, attempts, sent_at is not null as sent, given_up_at is not null as "givenUp", failure
         from identity.mail order by created_at, id`,
      );
      return rows;
    },
    stop: async () => {
      await system.stop();
      await smtp.stop();
    },
  };
}

/** The token of a reset's mail. */
export function tokenIn(text: string): string {
  const token = /#token=([\w-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error(`No token in\n${text}`);
  return token;
}
