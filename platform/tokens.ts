import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from './clock.ts';
import type { EnvironmentReader } from './env.ts';
import { unauthenticated } from './errors.ts';
import { BoundedCache } from './graphql/bounded-cache.ts';
import { readSigningSecret, type SecretSettings } from './secrets.ts';
import { roles, type UserViewer } from './viewer.ts';

export const tokenAlgorithms = ['HS256', 'HS384', 'HS512'] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

export interface TokenSettings {
  readonly secret: string;
  readonly algorithm: TokenAlgorithm;
  readonly lifetimeMinutes: number;
}

/** In minutes. */
const week = 7 * 24 * 60;

/** @throws ConfigurationError */
export function readTokenSettings(reader: EnvironmentReader, settings: SecretSettings): TokenSettings {
  return {
    secret: readSigningSecret(reader, 'JWT_SECRET', settings),
    algorithm: reader.choice('JWT_ALG', tokenAlgorithms, 'HS256'),
    lifetimeMinutes: reader.integer('TOKEN_EXPIRE_MINUTES', 120, { min: 1, max: week }),
  };
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface VerifiedToken {
  readonly viewer: UserViewer;
  readonly expiresAt: Date;
}

/** Of people who ask just now, a kilobyte each. */
const verifiedTokens = 5_000;
const issuer = 'tixgo';
const audience = 'tixgo';

/** Issues and checks the access tokens of people: JWT, one pinned algorithm. */
export class AccessTokens {
  readonly #settings: TokenSettings;
  readonly #clock: Clock;
  /** Given a string, jsonwebtoken tries at every token to read it as a public key first, which costs four times more. */
  readonly #key: KeyObject;
  /** A signature that held holds: people ask many times with one token, and each check costs as much as a small query. */
  readonly #verified = new BoundedCache<string, VerifiedToken>(verifiedTokens);

  constructor(settings: TokenSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#key = createSecretKey(settings.secret, 'utf8');
  }

  /** `iat` carries milliseconds as a fraction (RFC 7519 allows it): ends of access within one second must compare right. */
  issue(viewer: Omit<UserViewer, 'kind'>): AccessToken {
    const { algorithm, lifetimeMinutes } = this.#settings;
    const expiresAt = new Date(viewer.issuedAt.getTime() + lifetimeMinutes * 60_000);
    const claims = {
      sub: viewer.id,
      username: viewer.username,
      role: viewer.role,
      sid: viewer.sessionId,
      iss: issuer,
      aud: audience,
      iat: viewer.issuedAt.getTime() / 1000,
      exp: expiresAt.getTime() / 1000,
    };
    return { token: jwt.sign(claims, this.#key, { algorithm }), expiresAt };
  }

  /** @throws UNAUTHENTICATED for anything but a live token of ours; expiry is said, other causes are not. */
  verify(token: string): UserViewer {
    return this.read(token).viewer;
  }

  /** As `verify`, with the moment from which it will throw. */
  read(token: string): VerifiedToken {
    const known = this.#verified.get(token);
    if (known && this.#clock() < known.expiresAt) return known;
    const verified = this.#verify(token);
    this.#verified.set(token, verified);
    return verified;
  }

  #verify(token: string): VerifiedToken {
    try {
      const claims = jwt.verify(token, this.#key, {
        algorithms: [this.#settings.algorithm],
        issuer,
        audience,
        clockTimestamp: this.#clock().getTime() / 1000,
      });
      return verifiedOf(claims);
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) {
        throw unauthenticated('The access token has expired; refresh the session or sign in again.');
      }
      throw unauthenticated('The access token is not valid; sign in again.');
    }
  }
}

function verifiedOf(claims: string | jwt.JwtPayload): VerifiedToken {
  if (typeof claims === 'string') throw new Error('not a claims object');
  const { sub, username, role, sid, iat, exp } = claims as Record<string, unknown>;
  const knownRole = roles.find((name) => name === role);
  if (
    typeof sub !== 'string' ||
    typeof username !== 'string' ||
    typeof sid !== 'string' ||
    typeof iat !== 'number' ||
    typeof exp !== 'number' ||
    knownRole === undefined
  ) {
    throw new Error('a claim is missing');
  }
  const issuedAt = new Date(Math.round(iat * 1000));
  const viewer = { kind: 'user', id: sub, username, role: knownRole, sessionId: sid, issuedAt } as const;
  return { viewer, expiresAt: new Date(exp * 1000) };
}
