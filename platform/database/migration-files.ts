import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A schema, and what brings it up to date. */
export interface SchemaMigrations {
  /** Its name, and that of its journal: the table `migrations.<schema>`. */
  readonly schema: string;
  /** drizzle-kit's output: SQL files, and the list of them. */
  readonly folder: URL;
}

export interface Migration {
  /** The file's name without its ending. */
  readonly tag: string;
  /** When it was made, in milliseconds: what orders migrations, and what a database remembers of them. */
  readonly when: number;
  readonly hash: string;
  readonly statements: readonly string[];
  /** PostgreSQL builds and drops indexes beside the running system outside of transactions only. */
  readonly isConcurrent: boolean;
}

interface Journal {
  readonly entries: readonly { readonly tag: string; readonly when: number }[];
}

/** In the order in which they are applied. */
export function readMigrations(folder: URL): Migration[] {
  const journal: Journal = JSON.parse(readFileSync(new URL('meta/_journal.json', folder), 'utf8'));
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(new URL(`${tag}.sql`, folder), 'utf8');
    return {
      tag,
      when,
      hash: createHash('sha256').update(sql).digest('hex'),
      statements: statementsOf(sql),
      isConcurrent: /\bindex\s+concurrently\b/i.test(withoutComments(sql)),
    };
  });
}

export function statementsOf(sql: string): string[] {
  return sql
    .split('--> statement-breakpoint')
    .filter((statement) => withoutComments(statement).trim() !== '');
}

export function withoutComments(sql: string): string {
  return sql.replaceAll(/--.*$/gm, '');
}
