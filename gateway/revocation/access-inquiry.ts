import type { Clock } from '@tixgo/platform/clock.ts';
import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { askAsService } from '@tixgo/platform/subgraphs/ask-as-service.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';

export interface AccessInquirySettings {
  /** Of the identity subgraph. */
  readonly source: SubgraphSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long an answer holds, in milliseconds: while nobody tells of ended access, it is known within 5 seconds. */
const freshness = 4_000;
/** How long one question may hold a request up, in milliseconds; afterwards nobody asks for as long as answers hold. */
const patience = 1_000;
/** Signed-in people told apart; the door of a stadium has fewer. */
const mostAnswers = 50_000;

const query = /* GraphQL */ `
  query ($users: [_Any!]!, $sessionId: ID!, $issuedAt: DateTime!) {
    _entities(representations: $users) {
      ... on User {
        isAccessEnded(sessionId: $sessionId, issuedAt: $issuedAt)
      }
    }
  }
`;

interface Answer {
  readonly askedAt: number;
  readonly isEnded: Promise<boolean>;
}

/**
 * Asks identity whether access has ended, for the time in which the bus is down and nobody tells. With identity away
 * too, a token is good until it expires: the door goes on.
 */
export class AccessInquiry {
  readonly #settings: AccessInquirySettings;
  readonly #answers = new BoundedCache<string, Answer>(mostAnswers);
  #awayUntil = 0;

  constructor(settings: AccessInquirySettings) {
    this.#settings = settings;
  }

  async isEnded(viewer: UserViewer): Promise<boolean> {
    const now = this.#settings.clock().getTime();
    const key = `${viewer.sessionId} ${viewer.issuedAt.getTime()}`;
    const known = this.#answers.get(key);
    if (known && now - known.askedAt < freshness) return await known.isEnded;
    if (now < this.#awayUntil) return false;
    const isEnded = this.#ask(viewer);
    this.#answers.set(key, { askedAt: now, isEnded });
    return await isEnded;
  }

  async #ask({ id, sessionId, issuedAt }: UserViewer): Promise<boolean> {
    const { source, clock, log } = this.#settings;
    try {
      const variables = { users: [{ __typename: 'User', id }], sessionId, issuedAt: issuedAt.toISOString() };
      const data = await askAsService(source, { query, variables, service: 'gateway', patience });
      const [user] = (data._entities ?? []) as ({ isAccessEnded: boolean } | null)[];
      return user?.isAccessEnded ?? true;
    } catch (error) {
      this.#awayUntil = clock().getTime() + freshness;
      log.warn(
        { err: error },
        'neither the bus nor identity tells whose access has ended; tokens hold until they expire',
      );
      return false;
    }
  }
}
