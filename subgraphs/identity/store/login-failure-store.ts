import type { Queryable } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, gt, inArray, lte, or, sql } from 'drizzle-orm';
import { type LoginSubject, startOfAccount } from '../domain/login-throttle.ts';
import { loginFailures } from './tables.ts';

export interface CountedAttempt {
  readonly failures: number;
  readonly since: Date;
}

export interface Attempt {
  readonly kind: LoginSubject;
  readonly subject: string;
  readonly now: Date;
  /** A window that began then or earlier is over, and a new one begins. */
  readonly windowEnd: Date;
}

/** One statement counts and answers, so that of attempts at once each sees a number of its own. */
export async function countAttempt(
  database: Queryable,
  { kind, subject, now, windowEnd }: Attempt,
): Promise<CountedAttempt> {
  const isOver = sql`${loginFailures.since} <= ${windowEnd.toISOString()}::timestamptz`;
  const [counted] = await database
    .insert(loginFailures)
    .values({ kind, subject, failures: 1, since: now })
    .onConflictDoUpdate({
      target: [loginFailures.kind, loginFailures.subject],
      set: {
        failures: sql`case when ${isOver} then 1 else ${loginFailures.failures} + 1 end`,
        since: sql`case when ${isOver} then excluded.since else ${loginFailures.since} end`,
      },
    })
    .returning({ failures: loginFailures.failures, since: loginFailures.since });
  if (!counted) throw new Error('An upsert returned no row.');
  return counted;
}

/** Takes back what an attempt that succeeded was counted as. */
export async function forgiveAttempt(
  database: Queryable,
  kind: LoginSubject,
  subject: string,
): Promise<void> {
  await database
    .update(loginFailures)
    .set({ failures: sql`${loginFailures.failures} - 1` })
    .where(
      and(eq(loginFailures.kind, kind), eq(loginFailures.subject, subject), gt(loginFailures.failures, 0)),
    );
}

export async function forgetFailures(
  database: Queryable,
  kind: LoginSubject,
  subject: string,
): Promise<void> {
  await database
    .delete(loginFailures)
    .where(and(eq(loginFailures.kind, kind), eq(loginFailures.subject, subject)));
}

/** Those on an account, from wherever they came. */
export async function forgetAccountFailures(database: Queryable, usernameKey: string): Promise<void> {
  const { kind, subject } = loginFailures;
  const fromSomewhere = sql`starts_with(${subject}, ${startOfAccount(usernameKey)})`;
  await database
    .delete(loginFailures)
    .where(
      or(
        and(eq(kind, 'ACCOUNT'), eq(subject, usernameKey)),
        and(eq(kind, 'ACCOUNT_FROM_ADDRESS'), fromSomewhere),
      ),
    );
}

/** How many windows that are over one failure clears away: more than it can add, so that strangers cannot fill the table. */
const sweep = 10;

export async function sweepFailures(database: Queryable, windowEnd: Date): Promise<void> {
  const { kind, subject, since } = loginFailures;
  const over = database
    .select({ kind, subject })
    .from(loginFailures)
    .where(lte(since, windowEnd))
    .orderBy(asc(since))
    .limit(sweep)
    .for('update', { skipLocked: true });
  await database.delete(loginFailures).where(inArray(sql`(${kind}, ${subject})`, over));
}
