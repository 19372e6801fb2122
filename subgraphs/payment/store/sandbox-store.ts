import type { Database, Queryable } from '@tixgo/platform/database/database.ts';
import { and, eq, sql } from 'drizzle-orm';
import { sandboxIntents, sandboxRefunds } from './tables.ts';

export type SandboxIntent = typeof sandboxIntents.$inferSelect;
type SandboxState = SandboxIntent['state'];

export async function findIntent(database: Queryable, ref: string): Promise<SandboxIntent | undefined> {
  const [intent] = await database.select().from(sandboxIntents).where(eq(sandboxIntents.ref, ref));
  return intent;
}

/** Opens it, or answers the one that the same request opened before. */
export async function openIntent(
  database: Queryable,
  intent: Pick<SandboxIntent, 'ref' | 'amount' | 'currency' | 'clientSecret'>,
): Promise<SandboxIntent | undefined> {
  await database
    .insert(sandboxIntents)
    .values({ ...intent, state: 'UNCONFIRMED' })
    .onConflictDoNothing();
  return await findIntent(database, intent.ref);
}

export type IntentChange = Partial<
  Pick<SandboxIntent, 'paymentMethod' | 'declineReason' | 'decidedAt' | 'dispute'>
>;

/** Undefined when it is not in `from`. What becomes CHARGED is charged in full. */
export async function moveIntent(
  database: Queryable,
  ref: string,
  from: SandboxState,
  to: SandboxState,
  change: IntentChange = {},
): Promise<SandboxIntent | undefined> {
  const [moved] = await database
    .update(sandboxIntents)
    .set({ ...change, state: to, ...(to === 'CHARGED' && { charged: sql`${sandboxIntents.amount}` }) })
    .where(and(eq(sandboxIntents.ref, ref), eq(sandboxIntents.state, from)))
    .returning();
  return moved;
}

/** False when less than that is left. The same request twice pays back once. */
export async function refundIntent(
  database: Database,
  refund: typeof sandboxRefunds.$inferSelect,
): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    const [intent] = await transaction
      .select()
      .from(sandboxIntents)
      .where(eq(sandboxIntents.ref, refund.ref))
      .for('update');
    const [before] = await transaction
      .select()
      .from(sandboxRefunds)
      .where(eq(sandboxRefunds.idempotencyKey, refund.idempotencyKey));
    if (before) return true;
    if (!intent || intent.refunded + refund.amount > intent.charged) return false;
    await transaction.insert(sandboxRefunds).values(refund);
    await transaction
      .update(sandboxIntents)
      .set({ refunded: intent.refunded + refund.amount })
      .where(eq(sandboxIntents.ref, refund.ref));
    return true;
  });
}

export async function findDueDisputes(database: Queryable): Promise<SandboxIntent[]> {
  return await database.select().from(sandboxIntents).where(eq(sandboxIntents.dispute, 'DUE')).limit(100);
}

export async function markDisputeTold(database: Queryable, ref: string): Promise<void> {
  await database.update(sandboxIntents).set({ dispute: 'TOLD' }).where(eq(sandboxIntents.ref, ref));
}
