import type { Database } from '@tixgo/platform/database/database.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { UserAccessChanged } from '@tixgo/schema/facts/identity.ts';
import { lt, sql } from 'drizzle-orm';
import { endedAccess } from '../store/tables.ts';

/**
 * Knows which tokens were ended before they expire: by a ban, a change of role or password, or a logout. Asked at
 * every request, so that it answers from memory; the table behind it is there for restarts.
 */
export class EndedAccess {
  readonly #database: Database;
  readonly #tokenLifetime: number;
  readonly #endedBefore = new Map<string, number>();

  /** @param tokenLifetime in milliseconds: what ended longer ago needs no memory, since its tokens have expired */
  constructor(database: Database, tokenLifetime: number) {
    this.#database = database;
    this.#tokenLifetime = tokenLifetime;
  }

  async load(now: Date): Promise<void> {
    await this.#database
      .delete(endedAccess)
      .where(lt(endedAccess.before, new Date(now.getTime() - this.#tokenLifetime)));
    for (const { subject, before } of await this.#database.select().from(endedAccess)) {
      this.#endedBefore.set(subject, before.getTime());
    }
  }

  isEnded({ id, sessionId, issuedAt }: UserViewer): boolean {
    const before = Math.max(
      this.#endedBefore.get(`user:${id}`) ?? 0,
      this.#endedBefore.get(`session:${sessionId}`) ?? 0,
    );
    return issuedAt.getTime() < before;
  }

  /** Every process remembers by itself: a database that is away puts no refusal off. */
  listener(): FactConsumer {
    return {
      name: 'gateway-listener',
      types: ['user.access-changed'],
      audience: 'process',
      lookBack: this.#tokenLifetime,
      handle: async (fact) => {
        const { subject, before } = endOf(fact);
        this.#endedBefore.set(subject, Math.max(before.getTime(), this.#endedBefore.get(subject) ?? 0));
      },
    };
  }

  /** One of the processes keeps it for those that start later. */
  keeper(inbox: Inbox): FactConsumer {
    return {
      name: 'gateway',
      types: ['user.access-changed'],
      handle: async (fact) => {
        const { subject, before } = endOf(fact);
        await inbox.once(fact, async (transaction) => {
          await transaction
            .insert(endedAccess)
            .values({ subject, before })
            .onConflictDoUpdate({
              target: endedAccess.subject,
              set: { before: sql`greatest(${endedAccess.before}, excluded.before)` },
            });
        });
      },
    };
  }
}

function endOf({ payload }: Fact): { readonly subject: string; readonly before: Date } {
  const { userId, sessionId, at } = payload as UserAccessChanged;
  return { subject: sessionId === null ? `user:${userId}` : `session:${sessionId}`, before: new Date(at) };
}
