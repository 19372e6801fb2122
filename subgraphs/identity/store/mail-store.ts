import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { MailRecord, MailSubject } from '../domain/mail.ts';
import { mails } from './tables.ts';

export type NewMail = MailSubject & {
  readonly id: string;
  readonly recipientId: string;
  readonly address: string;
  readonly createdAt: Date;
  /** Told once: a second mail of the occasion is not kept. */
  readonly occasion?: string;
};

/** Due at once. Belongs into the transaction of what causes it. */
export async function insertMail(transaction: Transaction, mail: NewMail): Promise<void> {
  await transaction
    .insert(mails)
    .values({ ...mail, lookAt: mail.createdAt })
    .onConflictDoNothing({ target: [mails.recipientId, mails.template, mails.occasion] });
}

const isOpen = and(isNull(mails.sentAt), isNull(mails.givenUpAt));

/**
 * Takes mails that are due. Whoever takes one has it until `leaseEnd`, so that replicas share the work, no transaction
 * spans the sending, and what a dead one took is taken again.
 */
export async function claimDueMail(
  database: Queryable,
  { now, leaseEnd, most }: { readonly now: Date; readonly leaseEnd: Date; readonly most: number },
): Promise<MailRecord[]> {
  const due = database
    .select({ id: mails.id })
    .from(mails)
    .where(and(isOpen, lte(mails.lookAt, now)))
    .orderBy(asc(mails.lookAt))
    .limit(most)
    .for('update', { skipLocked: true });
  const claimed = await database
    .update(mails)
    .set({ lookAt: leaseEnd, attempts: sql`${mails.attempts} + 1` })
    .where(inArray(mails.id, due))
    .returning();
  return claimed.map(
    ({ id, recipientId, address, template, data, createdAt, attempts }) =>
      ({ id, recipientId, address, template, data, createdAt, attempts }) as MailRecord,
  );
}

export type MailOutcome =
  | { readonly sentAt: Date }
  | { readonly lookAt: Date; readonly failure: string }
  | { readonly givenUpAt: Date; readonly failure: string };

/** One that was sent stays so: who was too slow to say may have been overtaken. */
export async function noteOutcome(database: Queryable, id: string, outcome: MailOutcome): Promise<void> {
  await database
    .update(mails)
    .set(outcome)
    .where(and(eq(mails.id, id), isOpen));
}

/** Forgets what was decided and is older than `before`, some at a time. */
export async function forgetMail(database: Queryable, before: Date): Promise<void> {
  const old = database
    .select({ id: mails.id })
    .from(mails)
    .where(and(or(isNotNull(mails.sentAt), isNotNull(mails.givenUpAt)), lt(mails.createdAt, before)))
    .orderBy(asc(mails.createdAt))
    .limit(1_000);
  await database.delete(mails).where(inArray(mails.id, old));
}
