import { type Clock, systemClock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { UserAccessChanged } from '@tixgo/schema/facts/identity.ts';
import { asc, gte, lt, sql } from 'drizzle-orm';
import { endedAccess } from '../store/tables.ts';

/** In milliseconds: an end is forgotten in memory at the next one, and in the table at the next one after so long. */
const sweepInterval = 10 * 60_000;
/** From a row's moment to where others see it, at most: the transaction of the keeper, in milliseconds. */
const longestKeeping = 60_000;

/**
 * Knows which tokens were ended before they expire: by a ban, a change of role or password, or a logout. Asked at
 * every request, so that it answers from memory; the table behind it is there for restarts.
 */
export class EndedAccess {
  readonly #database: Database;
  readonly #tokenLifetime: number;
  readonly #clock: Clock;
  /** About in the order of their times, so that those to forget come first. */
  readonly #endedBefore = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #sweptAt = 0;
  /** The last that was read of the table was kept at this moment. */
  #keptUntil: Date | undefined;

  /** @param tokenLifetime in milliseconds: what ended longer ago needs no memory, since its tokens have expired */
  constructor(database: Database, tokenLifetime: number, clock: Clock = systemClock) {
    this.#database = database;
    this.#tokenLifetime = tokenLifetime;
    this.#clock = clock;
  }

  async load(now: Date): Promise<void> {
    await this.#sweep(now);
    await this.recall();
  }

  /** Reads what was kept since the last time, by whichever process. */
  async recall(): Promise<void> {
    const { before, keptAt } = endedAccess;
    const until = this.#keptUntil;
    const since = until && gte(keptAt, new Date(until.getTime() - longestKeeping));
    const ends = await this.#database.select().from(endedAccess).where(since).orderBy(asc(before));
    for (const end of ends) {
      this.#remember(end);
      if (!this.#keptUntil || end.keptAt > this.#keptUntil) this.#keptUntil = end.keptAt;
    }
    this.#forgetExpired();
  }

  isEnded({ id, sessionId, issuedAt }: UserViewer): boolean {
    const before = Math.max(
      this.#endedBefore.get(`user:${id}`) ?? 0,
      this.#endedBefore.get(`session:${sessionId}`) ?? 0,
    );
    return issuedAt.getTime() < before;
  }

  /** `listener` is called whenever access has ended, once `isEnded` knows. */
  onEnd(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Every process remembers by itself: a database that is away puts no refusal off. */
  listener(): FactConsumer {
    return {
      name: 'gateway-listener',
      types: ['user.access-changed'],
      audience: 'process',
      lookBack: this.#tokenLifetime,
      handle: async (fact) => {
        this.#remember(endOf(fact));
        this.#forgetExpired();
        for (const listener of this.#listeners) listener();
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
              set: {
                before: sql`greatest(${endedAccess.before}, excluded.before)`,
                keptAt: sql`excluded.kept_at`,
              },
            });
        });
        const now = this.#clock();
        if (now.getTime() - this.#sweptAt >= sweepInterval) await this.#sweep(now);
      },
    };
  }

  #remember({ subject, before }: EndOfAccess): void {
    const known = this.#endedBefore.get(subject) ?? 0;
    // What is told anew goes to the end of the line.
    this.#endedBefore.delete(subject);
    this.#endedBefore.set(subject, Math.max(before.getTime(), known));
  }

  #forgetExpired(): void {
    const expired = this.#expiredAt(this.#clock());
    for (const [subject, before] of this.#endedBefore) {
      if (before >= expired) return;
      this.#endedBefore.delete(subject);
    }
  }

  async #sweep(now: Date): Promise<void> {
    this.#sweptAt = now.getTime();
    await this.#database.delete(endedAccess).where(lt(endedAccess.before, new Date(this.#expiredAt(now))));
  }

  /** Tokens from before this moment have expired. */
  #expiredAt(now: Date): number {
    return now.getTime() - this.#tokenLifetime;
  }
}

interface EndOfAccess {
  readonly subject: string;
  readonly before: Date;
}

function endOf({ payload }: Fact): EndOfAccess {
  const { userId, sessionId, at } = payload as UserAccessChanged;
  return { subject: sessionId === null ? `user:${userId}` : `session:${sessionId}`, before: new Date(at) };
}
