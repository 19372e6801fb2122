import { mostPasswordBytes } from '../domain/password.ts';
import { BoundedQueue, type Line } from './bounded-queue.ts';
import { rateLimited } from './refusals.ts';

/** The two functions of bcrypt that are used, so that a test can watch them. */
export interface Bcrypt {
  hash(password: string, cost: number): Promise<string>;
  compare(password: string, hash: string): Promise<boolean>;
}

export interface PasswordSettings {
  readonly bcrypt: Bcrypt;
  readonly cost: number;
  /** How many hashes are computed at a time: each takes a core for about a quarter of a second at cost 12. */
  readonly concurrency: number;
}

/** Who waits for a hash. */
export interface Asker {
  /** Whose turn it takes: nobody's requests may keep others out of the line. */
  readonly network?: string | undefined;
  /** By `performance.now()`: when whoever asks gives up. Undefined: late. */
  readonly deadline?: number | undefined;
}

/** A try of a password. */
export interface Attempt {
  /** Runs when it is its turn, and throws to refuse it. */
  readonly begin: () => Promise<void>;
  /** Runs when the password is right, also where that came too late for whoever asked. */
  readonly succeed: () => Promise<void>;
}

/** A quarter of a second each: the last of a full line is answered before the gateway gives it up, after ten. */
const mostWaiting = 30;
/** Of each line: with those that run fewer than the connections that a gateway has for all that it asks of us. */
const mostWaitingWithDeadline = 12;
/** Where a machine is so slow or so busy that it would not be, in milliseconds. */
const patience = 6_000;
/** What is left of a caller's time for the rows of the session and the way back, in milliseconds. */
const timeAfterwards = 250;
/** About as long as a full line takes on two cores, in seconds. */
const retryAfterFullQueue = 8;

/** Hashes and compares passwords behind a queue: a storm of logins must not take the cores that the door needs. */
export class Passwords {
  readonly #settings: PasswordSettings;
  readonly #queue: BoundedQueue;
  /** Well formed, so that bcrypt does its whole work on it, and the hash of no password that anyone knows. */
  readonly hashOfNobody: string;

  constructor(settings: PasswordSettings) {
    this.#settings = settings;
    const { concurrency } = settings;
    this.#queue = new BoundedQueue(
      { concurrency, waiting: mostWaiting, waitingWithDeadline: mostWaitingWithDeadline, patience },
      () => rateLimited('Too many people are signing in; try again shortly.', retryAfterFullQueue),
    );
    this.hashOfNobody = `$2b$${String(settings.cost).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  /** @throws RATE_LIMITED when too many wait already, or it would come too late; so does `check` */
  async hash(password: string, asker: Asker = {}): Promise<string> {
    const { bcrypt, cost } = this.#settings;
    // Behind those who sign in: a crowd that registers must not keep door staff out.
    return await this.#queue.run(placeOf('second', asker), () => bcrypt.hash(password, cost));
  }

  /**
   * Whether the password is the one hashed. Takes the same work when there is no hash, or when bcrypt would cut the
   * password off and find it right.
   */
  async check(
    password: string,
    hash: string | undefined,
    { begin, succeed }: Attempt,
    asker: Asker = {},
  ): Promise<boolean> {
    return await this.#queue.run(placeOf('first', asker), async () => {
      await begin();
      const matches = await this.#settings.bcrypt.compare(password, hash ?? this.hashOfNobody);
      const isRight = matches && hash !== undefined && Buffer.byteLength(password) <= mostPasswordBytes;
      if (isRight) await succeed();
      return isRight;
    });
  }
}

function placeOf(line: Line, { network = '', deadline }: Asker) {
  return { line, whose: network, deadline: deadline === undefined ? undefined : deadline - timeAfterwards };
}
