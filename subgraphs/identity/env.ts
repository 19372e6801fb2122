import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import {
  type CommonEnvironment,
  ConfigurationError,
  type EnvironmentReader,
  processEnvironment,
  readTogether,
} from '@tixgo/platform/env.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import type { TrustProxy } from '@tixgo/platform/http/client-address.ts';
import {
  readBodyLimit,
  readDeadline,
  readExplorer,
  readMaxDelay,
  readRateLimits,
  readTrustProxy,
} from '@tixgo/platform/http/env.ts';
import type { RateLimits } from '@tixgo/platform/http/rate-limits.ts';
import { readSubgraphProcess, type SubgraphProcessEnvironment } from '@tixgo/platform/subgraphs/env.ts';
import { readTokenSettings, type TokenSettings } from '@tixgo/platform/tokens.ts';
import { developmentAdmin } from './domain/development-admin.ts';
import type { Role } from './domain/role.ts';
import { assertPassword, cleanUsername } from './service/identity-input.ts';

/** What a host reads as well, also where identity runs by itself. */
export interface IdentityDoor {
  readonly port: number;
  readonly tokens: TokenSettings;
  /** Whether it has a page to try its routes. */
  readonly explorer: boolean;
  /** Other sites whose pages may use it. */
  readonly corsOrigins: readonly string[];
  readonly limits: RateLimits;
  /** How late the event loop may be before requests are turned away, in milliseconds; 0 is never. */
  readonly maxDelay: number;
  /** How long a request may take, in milliseconds. */
  readonly deadline: number;
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
}

export interface IdentityEnvironment extends IdentityDoor {
  /** Undefined in production when not given: only the first start needs it. */
  readonly firstAdmin: { readonly username: string; readonly password: string } | undefined;
  /** Whether others than this machine can reach the process; in production a proxy on it may serve them. */
  readonly isReachableFromOutside: boolean;
  readonly registrationRoles: readonly Role[];
  /** How many times one address may try to register within a quarter of an hour; 0 is no limit. */
  readonly registrationLimit: number;
  readonly bcryptCost: number;
  /** How browsers reach the service: what its cookies are tied to. */
  readonly publicUrl: string;
  readonly trustProxy: TrustProxy;
  readonly mail: MailEnvironment;
}

export interface MailEnvironment {
  /** Undefined: mails are files. */
  readonly smtp: SmtpServer | undefined;
  readonly from: MailSender;
  /** Where mails go that are not sent; undefined when nothing is to be kept. */
  readonly folder: string | undefined;
  /** Where people use the system, without a slash at its end: links in mails begin with it. */
  readonly portalUrl: string;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise by STARTTLS, where the server has it. */
  readonly secure: boolean;
  /** Nothing is sent, the password least of all, to a server that does not take up TLS. */
  readonly requireTLS: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

export interface MailSender {
  readonly name: string;
  readonly address: string;
}

const selfAssignable = ['USER', 'COMMITTEE'] as const;
const senderForm = /^(?:(?<name>[^<>@]*)<(?<inBrackets>[^\s<>@]+@[^\s<>@]+)>|(?<alone>[^\s<>@]+@[^\s<>@]+))$/;

/** @throws ConfigurationError */
export function readIdentityDoor(reader: EnvironmentReader, common: CommonEnvironment): IdentityDoor {
  return {
    port: reader.port('IDENTITY_PORT', 18081),
    tokens: readTokenSettings(reader, common),
    explorer: readExplorer(reader, common.nodeEnv),
    corsOrigins: reader.list('CORS_ORIGINS'),
    limits: readRateLimits(reader, common.nodeEnv),
    maxDelay: readMaxDelay(reader, common.nodeEnv),
    deadline: readDeadline(reader),
    bodyLimit: readBodyLimit(reader),
  };
}

/** @throws ConfigurationError */
export function readIdentityEnvironment(
  reader: EnvironmentReader,
  common: CommonEnvironment,
): IdentityEnvironment {
  const { door, ...others } = readTogether({
    door: () => readIdentityDoor(reader, common),
    firstAdmin: () => readFirstAdmin(reader, common),
    registrationRoles: () => readRegistrationRoles(reader, common),
    registrationLimit: () => readRegistrationLimit(reader, common),
    bcryptCost: () => reader.integer('BCRYPT_COST', 12, { min: 4, max: 15 }),
    trustProxy: () => readTrustProxy(reader),
    mail: () => readMail(reader, common),
  });
  return {
    ...door,
    ...others,
    isReachableFromOutside: isReachableFromOutside(common),
    publicUrl: common.publicUrl ?? 'http://localhost:18081',
  };
}

export interface IdentityProcess extends SubgraphProcessEnvironment {
  readonly identity: IdentityEnvironment;
}

/** @throws ConfigurationError */
export function readIdentityProcess(source = processEnvironment()): IdentityProcess {
  const readOwn = (reader: EnvironmentReader, common: CommonEnvironment) => ({
    identity: readIdentityEnvironment(reader, common),
  });
  return readSubgraphProcess('identity', ['event', 'ticket'], readOwn, source);
}

function readFirstAdmin(
  reader: EnvironmentReader,
  common: CommonEnvironment,
): IdentityEnvironment['firstAdmin'] {
  const defaults = common.nodeEnv === 'production' ? undefined : developmentAdmin;
  const username = reader.optionalText('ADMIN_USERNAME') ?? defaults?.username;
  const password = reader.optionalSecret('ADMIN_PASSWORD') ?? defaults?.password;
  if (password === developmentAdmin.password && isReachableFromOutside(common)) {
    throw new ConfigurationError(
      `ADMIN_PASSWORD: ${developmentAdmin.password} serves in development and on this machine only; give another one.`,
    );
  }
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw new ConfigurationError('ADMIN_USERNAME is required with ADMIN_PASSWORD.');
  if (password === undefined) throw new ConfigurationError('ADMIN_PASSWORD is required with ADMIN_USERNAME.');
  return asConfiguration(() => {
    assertPassword(password, 'ADMIN_PASSWORD');
    return { username: cleanUsername(username, 'ADMIN_USERNAME'), password };
  });
}

/** The same bounds as for everyone; their messages name the variable. */
function asConfiguration<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ApiError ? new ConfigurationError(error.message) : error;
  }
}

function readRegistrationRoles(reader: EnvironmentReader, { nodeEnv }: CommonEnvironment): readonly Role[] {
  const fallback = nodeEnv === 'production' ? ['USER'] : selfAssignable;
  return reader.list('REGISTRATION_ROLES', fallback).map((name) => {
    const role = selfAssignable.find((allowed) => allowed === name);
    if (!role)
      throw new ConfigurationError(
        `REGISTRATION_ROLES may list ${selfAssignable.join(' and ')} only, not "${name}".`,
      );
    return role;
  });
}

/** In production what a crowd behind one router needs; elsewhere tests and load tools register people by thousands. */
function readRegistrationLimit(reader: EnvironmentReader, { nodeEnv }: CommonEnvironment): number {
  const fallback = nodeEnv === 'production' ? 100 : 60_000;
  return reader.integer('LIMIT_REGISTRATIONS_PER_QUARTER_HOUR', fallback, { min: 0, max: 10_000_000 });
}

function readMail(reader: EnvironmentReader, { dataDir, publicUrl }: CommonEnvironment): MailEnvironment {
  const smtp = readSmtpServer(reader);
  const from = reader.optionalText('MAIL_FROM');
  if (smtp && from === undefined) {
    throw new ConfigurationError('MAIL_FROM is required with SMTP_URL, such as: TixGo <tickets@example.org>');
  }
  return {
    smtp,
    from: readSender(from ?? 'TixGo <tixgo@localhost>'),
    folder: dataDir === 'memory' ? undefined : join(dataDir, 'mail'),
    // The host's, also where identity runs by itself: it has the pages.
    portalUrl: publicUrl?.replace(/\/+$/, '') ?? `http://localhost:${reader.port('ATTENDANCE_PORT', 18082)}`,
  };
}

function readSmtpServer(reader: EnvironmentReader): SmtpServer | undefined {
  const text = reader.optionalSecret('SMTP_URL');
  if (text === undefined) return undefined;
  try {
    return smtpServerOf(new URL(text));
  } catch {
    // The text stays out of the message: it may have a password.
    throw new ConfigurationError('SMTP_URL must be like smtps://user:password@mail.example.org:465.');
  }
}

/** @throws for what no SMTP server's address looks like */
function smtpServerOf(url: URL): SmtpServer {
  if (!['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') throw new Error('Not SMTP.');
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decodeURIComponent(url.username);
  const auth = user === '' ? undefined : { user, pass: decodeURIComponent(url.password) };
  const requireTLS = !secure && auth !== undefined && !isLoopback(host);
  return { host, port: Number(url.port) || (secure ? 465 : 587), secure, requireTLS, auth };
}

/** `Name <address>`, or the address alone. */
function readSender(text: string): MailSender {
  const { name = '', inBrackets, alone } = senderForm.exec(text)?.groups ?? {};
  const address = inBrackets ?? alone;
  if (address === undefined) {
    throw new ConfigurationError('MAIL_FROM must be an address, or like: TixGo <tickets@example.org>');
  }
  return { name: name.trim(), address };
}

function isReachableFromOutside({ nodeEnv, host }: CommonEnvironment): boolean {
  return nodeEnv === 'production' || !isLoopback(host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
