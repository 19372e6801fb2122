import { mostPasswordBytes } from '../domain/password.ts';
import { BoundedQueue } from './bounded-queue.ts';
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

/** A quarter of a second each: the last of a full line is answered before the gateway gives it up, after ten. */
const mostWaiting = 30;
/** Where a machine is so slow or so busy that it would not be, in milliseconds. */
const patience = 6_000;
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
    this.#queue = new BoundedQueue(
      { concurrency: settings.concurrency, waiting: mostWaiting, patience },
      () => rateLimited('Too many people are signing in; try again shortly.', retryAfterFullQueue),
    );
    this.hashOfNobody = `$2b$${String(settings.cost).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  /**
   * @param network whose turn it takes: nobody's requests may keep others out of the line
   * @throws RATE_LIMITED when too many wait already; so does `check`
   */
  async hash(password: string, network = ''): Promise<string> {
    const { bcrypt, cost } = this.#settings;
    // Behind those who sign in: a crowd that registers must not keep door staff out.
    return await this.#queue.run('second', network, () => bcrypt.hash(password, cost));
  }

  /**
   * Whether the password is the one hashed. Takes the same work when there is no hash, or when bcrypt would cut the
   * password off and find it right.
   * @param mayTry runs when it is this check's turn, and throws to refuse it
   */
  async check(
    password: string,
    hash: string | undefined,
    mayTry: () => Promise<void>,
    network = '',
  ): Promise<boolean> {
    return await this.#queue.run('first', network, async () => {
      await mayTry();
      const matches = await this.#settings.bcrypt.compare(password, hash ?? this.hashOfNobody);
      return matches && hash !== undefined && Buffer.byteLength(password) <= mostPasswordBytes;
    });
  }
}
