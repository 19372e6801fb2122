import type { Log } from '@tixgo/platform/logging.ts';
import { type MailRecord, nextAttempt } from '../domain/mail.ts';
import { claimDueMail, forgetMail, type MailOutcome, noteOutcome } from '../store/mail-store.ts';
import { type ComposingDependencies, composeMail } from './compose-mail.ts';
import { type MailTransport, RecipientRefused } from './letter.ts';

export interface MailerDependencies extends ComposingDependencies {
  readonly transport: MailTransport;
  readonly log: Log;
}

const batchSize = 10;
/** In milliseconds: longer than a batch can take, so that no other replica sends what is just being sent. */
const lease = 2 * 60_000;
/** In milliseconds: how long it is known what was sent. */
const memory = 30 * 24 * 60 * 60_000;

/** Sends what stands in the table of mails: each at least once, or until it is given up. */
export class Mailer {
  readonly #dependencies: MailerDependencies;
  #isFailing = false;

  constructor(dependencies: MailerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Resolves to whether there may be more. */
  async sendDue(): Promise<boolean> {
    const { database, clock } = this.#dependencies;
    const now = clock();
    const leaseEnd = new Date(now.getTime() + lease);
    const due = await claimDueMail(database, { now, leaseEnd, most: batchSize });
    const failures = await Promise.all(due.map((mail) => this.#deliver(mail)));
    if (due.length > 0) this.#tellFailing(failures.filter((failure) => failure !== undefined));
    return due.length === batchSize;
  }

  async forgetOld(): Promise<boolean> {
    const { database, clock } = this.#dependencies;
    await forgetMail(database, new Date(clock().getTime() - memory));
    return false;
  }

  /** Resolves to what keeps mails from being sent, unless it is this one's own fault. */
  async #deliver(mail: MailRecord): Promise<Error | undefined> {
    const { database, clock } = this.#dependencies;
    try {
      const isSent = await this.#send(mail);
      const now = clock();
      await noteOutcome(
        database,
        mail.id,
        isSent ? { sentAt: now } : { givenUpAt: now, failure: 'There was nothing left to say.' },
      );
      return undefined;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      await noteOutcome(database, mail.id, this.#outcomeOf(mail, failure));
      return failure instanceof RecipientRefused ? undefined : failure;
    }
  }

  async #send(mail: MailRecord): Promise<boolean> {
    const content = await composeMail(this.#dependencies, mail);
    if (!content) return false;
    const { id, template, address: to, createdAt: writtenAt } = mail;
    await this.#dependencies.transport.send({ ...content, id, template, to, writtenAt });
    return true;
  }

  #outcomeOf({ id, template, recipientId, attempts, createdAt }: MailRecord, error: Error): MailOutcome {
    const { clock, log } = this.#dependencies;
    const failure = error.message;
    const now = clock();
    const lookAt = error instanceof RecipientRefused ? undefined : nextAttempt(attempts, createdAt, now);
    if (lookAt) return { lookAt, failure };
    log.error({ mailId: id, template, userId: recipientId, failure }, 'a mail was given up');
    return { givenUpAt: now, failure };
  }

  #tellFailing([err]: readonly Error[]): void {
    const { log } = this.#dependencies;
    // Once for each outage: every mail that waits would say the same.
    if (err && !this.#isFailing) log.warn({ err }, 'mails cannot be sent; trying again');
    if (!err && this.#isFailing) log.info('mails can be sent again');
    this.#isFailing = err !== undefined;
  }
}
