import { readStatements, type SqlStatement, splitAtCommas } from './sql-statements.ts';

/** What is known to be done in no time, or beside everything else. A statement that fits none of these is refused. */
const safeStatements = [
  /^create schema if not exists /i,
  /^create table /i,
  /^(?:drop index concurrently if exists|create (?:unique )?index concurrently) /i,
];

const constant = String.raw`(?:' *'|-?[\d.]+|true|false|null|now\(\)|current_timestamp)(?:::[\w."\[\] ]+)?`;
const name = String.raw`(?:"[^"]+"|\w+)`;
const type = String.raw`(?!\w*serial\b)[\w"]+(?: ?\([\d, ]+\))?(?: with(?:out)? time zone| precision| varying)?(?:\[\])*`;
const safeActions = [
  new RegExp(
    `^add column (?:if not exists )?${name} ${type}(?: default ${constant}(?: not null)?| not null default ${constant})?$`,
    'i',
  ),
  new RegExp(`^add constraint ${name} (?:check|foreign key) ?\\(.*\\) not valid$`, 'i'),
  new RegExp(`^add constraint ${name} unique using index ${name}$`, 'i'),
  new RegExp(`^validate constraint ${name}$`, 'i'),
  new RegExp(`^alter (?:column )?${name} (?:set default .*|drop not null)$`, 'i'),
];

/** Why what is met most is refused, and what to do instead; the first that fits. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^create schema /i, 'deploy/postgres/roles.sql may have made it: write IF NOT EXISTS'],
  [/^create (?:unique )?index /i, 'stops all writes until it is built: build it CONCURRENTLY'],
  [/^drop index /i, 'stops everything while it waits: drop it CONCURRENTLY IF EXISTS'],
  [/^add column /i, 'make it nullable, or with a constant default, and without any constraint'],
  [
    /^alter .* set not null$/i,
    'reads all rows under a lock: first a CHECK that is NOT VALID, then VALIDATE it',
  ],
  [/^alter .* type /i, 'writes all rows anew under a lock: add a column instead'],
  [
    /^add /i,
    'reads all rows under a lock: add a constraint as NOT VALID and VALIDATE it in a later migration',
  ],
  [/^(?:drop|rename|truncate)\b|^alter .* drop default$/i, 'the version that runs may still use it'],
  [
    /^(?:update|delete) /i,
    'locks what it changes until the migration ends: let the service do it in small steps',
  ],
];

const tableOf =
  /^(?:alter table|create (?:unique )?index .*? on|insert into|update|delete from) (?:if exists )?(?:only )?([\w."]+)/i;
const tableMade = /^create table (?:if not exists )?([\w."]+)/i;
const alteration = /^alter table (?:if exists )?(?:only )?[\w."]+ (.*)$/i;
const concurrently =
  /^(?<verb>create|drop) (?:unique )?index concurrently (?:if (?:not )?exists )?(?:[\w"]+\.)?"?(?<index>\w+)/i;

/** One line for each statement of a migration that may hold up or break the version that runs meanwhile. */
export function findUnsafeStatements(path: string, sql: string): string[] {
  const statements = readStatements(sql);
  const isNew = tablesMadeBy(statements);
  const unsafe = statements.flatMap((statement) => {
    const reason = isNew(statement) || statement.accepted ? undefined : refusalOf(statement, statements);
    return reason === undefined ? [] : [`${path}:${statement.line} ${shortened(statement.text)}: ${reason}`];
  });
  return [...unsafe, ...findHalfConcurrent(path, statements)];
}

function tablesMadeBy(statements: readonly SqlStatement[]): (statement: SqlStatement) => boolean {
  const made = new Set(statements.map(({ text }) => unquoted(tableMade.exec(text)?.[1])));
  return ({ text }) => tableOf.test(text) && made.has(unquoted(tableOf.exec(text)?.[1]));
}

function unquoted(identifier = ''): string {
  return identifier.replaceAll('"', '').toLowerCase();
}

function refusalOf({ text }: SqlStatement, all: readonly SqlStatement[]): string | undefined {
  const actions = alteration.exec(text)?.[1];
  if (actions === undefined)
    return safeStatements.some((safe) => safe.test(text)) ? undefined : reasonFor(text);
  const unsafe = splitAtCommas(actions).find((action) => !safeActions.some((safe) => safe.test(action)));
  return unsafe === undefined ? validationWithAddition(text, all) : reasonFor(unsafe);
}

/** Both in one transaction: the lock that the addition took is held while all rows are read. */
function validationWithAddition(text: string, all: readonly SqlStatement[]): string | undefined {
  const constraint = /validate constraint "?(\w+)"?/i.exec(text)?.[1];
  const isAdded = all.some((other) => new RegExp(`add constraint "?${constraint}\\b`, 'i').test(other.text));
  return constraint !== undefined && isAdded
    ? 'validate it in a later migration than the one that adds it'
    : undefined;
}

function reasonFor(text: string): string {
  return (
    reasons.find(([pattern]) => pattern.test(text))?.[1] ??
    'nobody says that it is safe beside a running system'
  );
}

/** A migration with such an index runs outside of a transaction: what is done of it must be good to do once more. */
function findHalfConcurrent(path: string, statements: readonly SqlStatement[]): string[] {
  const concurrent = statements.filter(({ text }) => concurrently.test(text));
  if (concurrent.length === 0) return [];
  return statements.flatMap((statement, index) => {
    const problem = halfConcurrent(statement, statements[index - 1]);
    return problem === undefined
      ? []
      : [`${path}:${statement.line} ${shortened(statement.text)}: ${problem}`];
  });
}

function halfConcurrent(
  { text, isAlone }: SqlStatement,
  before: SqlStatement | undefined,
): string | undefined {
  const { verb, index } = concurrently.exec(text)?.groups ?? {};
  if (verb === undefined)
    return 'is not done in the transaction that it needs, beside an index that is built CONCURRENTLY';
  if (!isAlone) return 'needs a --> statement-breakpoint before and after it';
  if (verb.toLowerCase() === 'drop') return undefined;
  const dropped = before && concurrently.exec(before.text)?.groups;
  if (dropped?.verb?.toLowerCase() === 'drop' && dropped.index === index) return undefined;
  return 'what a failed attempt leaves is in its way: DROP INDEX CONCURRENTLY IF EXISTS it first';
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export interface MigrationFolder {
  readonly path: string;
  readonly entries: readonly { readonly tag: string; readonly when: number }[];
  /** Names of its SQL files. */
  readonly files: readonly string[];
}

/** One line for each migration that a database would never be given, or not in this order. */
export function findLostMigrations({ path, entries, files }: MigrationFolder): string[] {
  const listed = new Set(entries.map(({ tag }) => `${tag}.sql`));
  const unlisted = files.filter((file) => !listed.has(file));
  const late = entries.filter(
    ({ when }, index) => when <= Math.max(0, ...entries.slice(0, index).map((e) => e.when)),
  );
  return [
    ...unlisted.map((file) => `${path}/${file} is not in the journal: generate it anew`),
    ...late.map(
      ({ tag }) => `${path}/${tag}.sql is older than the one before, which databases have: generate it anew`,
    ),
  ];
}
