import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { requestCountTable } from '@tixgo/platform/http/rate-tables.ts';
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgSchema, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { loginSubjects } from '../domain/login-throttle.ts';
import { mailTemplates } from '../domain/mail.ts';
import { roles } from '../domain/role.ts';
import { userKinds } from '../domain/user.ts';

export const identitySchema = pgSchema('identity');

export const users = identitySchema.table(
  'user',
  {
    id: uuid().primaryKey(),
    username: text().notNull(),
    /** The form in which names are compared; its uniqueness decides who gets a name. */
    usernameKey: text('username_key').notNull(),
    passwordHash: text('password_hash').notNull(),
    role: text({ enum: roles }).notNull(),
    kind: text({ enum: userKinds }).notNull(),
    email: text(),
    createdAt: moment('created_at').notNull(),
    bannedAt: moment('banned_at'),
    banReason: text('ban_reason'),
    accessChangedAt: moment('access_changed_at').notNull(),
  },
  (table) => [
    unique('user_username_key').on(table.usernameKey),
    index('user_active_admin').on(table.id).where(sql`role = 'ADMIN' and banned_at is null`),
  ],
);

export const sessions = identitySchema.table(
  'session',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at').notNull(),
    client: text(),
    endedAt: moment('ended_at'),
  },
  (table) => [index('session_open').on(table.userId).where(sql`ended_at is null`)],
);

export const refreshTokens = identitySchema.table(
  'refresh_token',
  {
    /** SHA-256 of the token, which nobody but its holder keeps. */
    hash: text().primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    issuedAt: moment('issued_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('refresh_token_session').on(table.sessionId)],
);

export const loginFailures = identitySchema.table(
  'login_failure',
  {
    kind: text({ enum: loginSubjects }).notNull(),
    /** A username in its form for comparison, whether or not there is such a user; or a network address. */
    subject: text().notNull(),
    failures: integer().notNull(),
    since: moment('since').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.subject] }),
    index('login_failure_since').on(table.since),
  ],
);

/** Who asked for a reset, by a name that may be nobody's: whose it is is looked up later, so that asking tells nothing. */
export const passwordResetRequests = identitySchema.table('password_reset_request', {
  id: uuid().primaryKey(),
  usernameKey: text('username_key').notNull(),
  requestedAt: moment('requested_at').notNull(),
});

export const passwordResets = identitySchema.table('password_reset', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id),
  /** SHA-256 of the token, which stands in the mail only. */
  tokenHash: text('token_hash').notNull().unique('password_reset_token_hash'),
  expiresAt: moment('expires_at').notNull(),
});

export const mails = identitySchema.table(
  'mail',
  {
    id: uuid().primaryKey(),
    recipientId: uuid('recipient_id')
      .notNull()
      .references(() => users.id),
    address: text().notNull(),
    template: text({ enum: mailTemplates }).notNull(),
    data: jsonb().notNull(),
    /** What the recipient is told once however often it is heard; null: every time. */
    occasion: text(),
    createdAt: moment('created_at').notNull(),
    lookAt: moment('look_at').notNull(),
    attempts: integer().notNull().default(0),
    sentAt: moment('sent_at'),
    givenUpAt: moment('given_up_at'),
    /** Why it was not sent the last time. */
    failure: text(),
  },
  (table) => [
    unique('mail_occasion').on(table.recipientId, table.template, table.occasion),
    index('mail_due').on(table.lookAt).where(sql`sent_at is null and given_up_at is null`),
    index('mail_settled').on(table.createdAt).where(sql`sent_at is not null or given_up_at is not null`),
  ],
);

/** At identity's own public door. */
export const requestCounts = requestCountTable(identitySchema);

export const { outbox, relayLease, inbox } = factTables(identitySchema);
