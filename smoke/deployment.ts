import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type TixGoClient } from '@tixgo/client/client.ts';
import {
  CreateEventDocument,
  type CreateEventInput,
  type EventFieldsFragment,
  LoginDocument,
  RegisterDocument,
  type Role,
  SetUserRoleDocument,
} from '@tixgo/client/generated/documents.ts';
import { TixGoError } from '@tixgo/client/tixgo-error.ts';
import { ExchangeLog } from './exchange-log.ts';
import type { SmokeSettings } from './settings.ts';

/** Somebody whom the run registered, with a client that speaks for them. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tixgo: TixGoClient;
}

/** The TixGo under test and what this run has made there, all of it named `smoke-…`. */
export class Deployment {
  readonly settings: SmokeSettings;
  readonly exchanges = new ExchangeLog();
  /** Not signed in. */
  readonly anyone: TixGoClient;
  readonly madeEventIds: string[] = [];
  readonly madeUserIds: string[] = [];
  readonly #run = `smoke-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  #count = 0;
  #admin: Promise<TixGoClient> | undefined;

  constructor(settings: SmokeSettings) {
    this.settings = settings;
    this.anyone = createClient({ url: `${settings.url}/graphql`, fetch: this.exchanges.fetch });
  }

  /** A name that nobody else has: an event id, a username, a ticket. */
  uniqueName(): string {
    this.#count += 1;
    return `${this.#run}-${this.#count}`;
  }

  /** Signs in once, so that wrong credentials are not tried often enough to be throttled. */
  async admin(): Promise<TixGoClient> {
    this.#admin ??= this.signIn(this.settings.admin).then(({ accessToken }) =>
      this.anyone.withToken(accessToken),
    );
    return await this.#admin;
  }

  async signIn(input: { readonly username: string; readonly password: string }) {
    const { login } = await askedAgain(() => this.anyone.request(LoginDocument, { input }));
    return login;
  }

  async register(): Promise<Person> {
    const [username, password] = [this.uniqueName(), randomBytes(18).toString('base64url')];
    const input = { username, password, role: 'USER' } as const;
    const { register } = await askedAgain(() => this.anyone.request(RegisterDocument, { input }));
    this.madeUserIds.push(register.user.id);
    return this.#person(password, register);
  }

  /** Registers a user, and has an admin give the role; what is returned is signed in with it. */
  async registerStaff(role: Role): Promise<Person> {
    const user = await this.register();
    await (await this.admin()).request(SetUserRoleDocument, { userId: user.id, role });
    return await this.signInAgain(user);
  }

  async signInAgain({ username, password }: Person): Promise<Person> {
    return this.#person(password, await this.signIn({ username, password }));
  }

  /** An event that is on now, with an OPEN door unless told otherwise. */
  async createEvent(wanted: Partial<CreateEventInput> = {}): Promise<EventFieldsFragment> {
    const id = this.uniqueName();
    const input = {
      id,
      name: `Smoke test ${id}`,
      admission: 'OPEN',
      ...timesAroundNow(),
      ...wanted,
    } as const;
    const { createEvent } = await (await this.admin()).request(CreateEventDocument, { input });
    this.madeEventIds.push(createEvent.id);
    return createEvent;
  }

  #person(
    password: string,
    session: Pick<Person, 'accessToken' | 'refreshToken'> & { user: Pick<Person, 'id' | 'username'> },
  ): Person {
    const { accessToken, refreshToken, user } = session;
    const tixgo = this.anyone.withToken(accessToken);
    return { id: user.id, username: user.username, password, accessToken, refreshToken, tixgo };
  }
}

const hour = 3_600_000;

export function timesAroundNow() {
  const now = Date.now();
  return {
    startsAt: new Date(now - hour).toISOString(),
    endsAt: new Date(now + 3 * hour).toISOString(),
    timezone: 'Europe/Berlin',
  };
}

/** In seconds. */
const longestWait = 30;

/** Once more for who is told to wait a moment, as on a machine that has much to do; passwords are slow on purpose. */
async function askedAgain<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const seconds = error instanceof TixGoError ? error.retryAfterSeconds : undefined;
    if (seconds === undefined || seconds > longestWait) throw error;
    await pause(seconds * 1_000);
    return await ask();
  }
}
