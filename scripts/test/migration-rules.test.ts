import { describe, expect, test } from '@jest/globals';
import { findLostMigrations, findUnsafeStatements } from '../migration-rules.ts';

const unsafe = (...statements: string[]) =>
  findUnsafeStatements('m.sql', statements.join('\n--> statement-breakpoint\n'));

describe('a migration beside a running system', () => {
  test.each([
    ['CREATE SCHEMA IF NOT EXISTS "ticket";'],
    ['CREATE TABLE "ticket"."ticket" ("id" uuid PRIMARY KEY NOT NULL);'],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "note" text;'],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "unpaid" boolean DEFAULT false NOT NULL;'],
    [`ALTER TABLE "ticket"."order" ADD COLUMN "origin" text DEFAULT 'it''s; DROP' NOT NULL;`],
    [
      `alter table ticket."order" add column data jsonb default '{}'::jsonb not null, add column "n" numeric(10, 2)`,
    ],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "at" timestamp (3) with time zone DEFAULT now();'],
    ['ALTER TABLE "ticket"."order" ADD CONSTRAINT "positive" CHECK ("total" >= 0) NOT VALID;'],
    [
      'ALTER TABLE "ticket"."order" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "ticket"."type"("id") NOT VALID;',
    ],
    ['ALTER TABLE "ticket"."order" VALIDATE CONSTRAINT "positive";'],
    ['ALTER TABLE "ticket"."order" ALTER COLUMN "note" DROP NOT NULL;'],
    [`ALTER TABLE "ticket"."order" ALTER COLUMN "note" SET DEFAULT 'none';`],
    ['DROP INDEX CONCURRENTLY IF EXISTS "ticket"."order_note";'],
  ])('may %s', (statement) => {
    expect(unsafe(statement)).toEqual([]);
  });

  test.each([
    ['CREATE SCHEMA "ticket";', /IF NOT EXISTS/],
    ['ALTER TABLE "ticket"."order" ALTER COLUMN "note" SET NOT NULL;', /under a lock: first a CHECK/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "note" text NOT NULL;', /nullable/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;', /constant/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "n" bigserial;', /constant/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "n" bigint GENERATED ALWAYS AS IDENTITY;', /constant/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "n" text UNIQUE;', /constraint/],
    ['ALTER TABLE "ticket"."order" ADD COLUMN "note" text, DROP COLUMN "total";', /may still use it/],
    ['ALTER TABLE "ticket"."order" ALTER COLUMN "total" SET DATA TYPE bigint;', /rows anew/],
    ['ALTER TABLE "ticket"."order" ALTER "total" TYPE bigint;', /rows anew/],
    ['ALTER TABLE "ticket"."order" ALTER COLUMN "total" DROP DEFAULT;', /may still use it/],
    ['ALTER TABLE "ticket"."order" RENAME COLUMN "total" TO "sum";', /may still use it/],
    ['ALTER TABLE "ticket"."order" ADD CONSTRAINT "positive" CHECK ("total" >= 0);', /NOT VALID/],
    ['ALTER TABLE "ticket"."order" ADD CONSTRAINT "one" UNIQUE("note");', /VALIDATE/],
    ['ALTER TABLE "ticket"."order" DROP CONSTRAINT "positive";', /may still use it/],
    ['CREATE INDEX "order_note" ON "ticket"."order" USING btree ("note");', /CONCURRENTLY/],
    ['create unique index order_note on only ticket."order" (note)', /CONCURRENTLY/],
    ['DROP INDEX "ticket"."order_note";', /CONCURRENTLY/],
    ['DROP TABLE "ticket"."order";', /may still use it/],
    ['TRUNCATE "ticket"."order";', /may still use it/],
    [`UPDATE "ticket"."order" SET "note" = '';`, /small steps/],
    ['DELETE FROM "ticket"."order";', /small steps/],
    ['LOCK TABLE "ticket"."order";', /nobody says/],
    ['VACUUM FULL "ticket"."order";', /nobody says/],
  ])('may not %s', (statement, reason) => {
    expect(unsafe(statement)).toEqual([expect.stringMatching(reason)]);
  });

  test('may do anything to a table that it makes itself, and to no other', () => {
    const table = 'CREATE TABLE "ticket"."gift" ("id" uuid NOT NULL);';
    const index = (name: string) => `CREATE INDEX "i" ON "ticket"."${name}" USING btree ("id");`;
    const key =
      'ALTER TABLE ticket.gift ADD CONSTRAINT "fk" FOREIGN KEY ("id") REFERENCES "ticket"."order"("id");';
    expect(unsafe(table, index('gift'), key)).toEqual([]);
    expect(unsafe(table, index('gifts'))).toHaveLength(1);
  });

  test('may not read all rows under the lock that adding the constraint took', () => {
    const add = 'ALTER TABLE "ticket"."order" ADD CONSTRAINT "positive" CHECK ("total" >= 0) NOT VALID;';
    const validate = 'ALTER TABLE "ticket"."order" VALIDATE CONSTRAINT "positive";';
    expect(unsafe(add, validate)).toEqual([expect.stringMatching(/in a later migration/)]);
  });

  test('may do what somebody says is well, for the statement that they say it of', () => {
    const drop = 'ALTER TABLE "ticket"."order" DROP COLUMN "note";';
    expect(unsafe(`-- accepted: nothing has read it since 1.4\n${drop}`)).toEqual([]);
    expect(unsafe(`-- accepted: nothing has read it since 1.4\n${drop}\n${drop}`)).toHaveLength(1);
    expect(unsafe(`-- accepted:\n${drop}`)).toHaveLength(1);
    expect(unsafe(`-- dropped\n${drop}`)).toHaveLength(1);
  });

  test('is told by file, line and statement', () => {
    const column = 'ALTER TABLE "ticket"."order" ADD COLUMN "a" text;';
    expect(unsafe(column, `-- why; not\n${column}\n\nDROP TABLE\n  "ticket"."order";`)).toEqual([
      'm.sql:6 DROP TABLE "ticket"."order": the version that runs may still use it',
    ]);
  });
});

describe('an index that is built beside the running system', () => {
  const drop = 'DROP INDEX CONCURRENTLY IF EXISTS "ticket"."order_note";';
  const build = 'CREATE INDEX CONCURRENTLY "order_note" ON "ticket"."order" USING btree ("note");';

  test('comes after what clears a failed attempt away', () => {
    expect(unsafe(drop, build)).toEqual([]);
    expect(unsafe(build)).toEqual([expect.stringMatching(/failed attempt/)]);
    expect(unsafe(drop.replace('order_note', 'other'), build)).toHaveLength(1);
  });

  test('is sent by itself, in a migration of its own', () => {
    expect(unsafe(`${drop}\n${build}`)).toHaveLength(2);
    expect(unsafe('ALTER TABLE "ticket"."order" ADD COLUMN "note" text;', drop, build)).toEqual([
      expect.stringMatching(/m.sql:1 .* transaction/),
    ]);
  });
});

describe('a folder of migrations', () => {
  const path = 'migrations';
  const first = { tag: '0000_initial', when: 1 };
  const files = ['0000_initial.sql', '0001_more.sql'];

  test('lists them in the order in which they were made', () => {
    expect(findLostMigrations({ path, files, entries: [first, { tag: '0001_more', when: 2 }] })).toEqual([]);
    expect(findLostMigrations({ path, files, entries: [first, { tag: '0001_more', when: 1 }] })).toEqual([
      expect.stringMatching(/0001_more.sql is older/),
    ]);
  });

  test('lists all of them', () => {
    expect(findLostMigrations({ path, files, entries: [first] })).toEqual([
      expect.stringMatching(/0001_more.sql is not in the journal/),
    ]);
  });
});
