import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, type SQL, sql } from 'drizzle-orm';
import type { RowError } from '../domain/ticket-import.ts';
import { importErrors } from './tables.ts';

/** Line and column; a line has one error of each column at most. */
export type ImportErrorKey = readonly [line: string, field: string];
export type ImportErrorRow = RowError & { readonly importId: string };

export async function addImportErrors(
  transaction: Transaction,
  importId: string,
  errors: readonly RowError[],
): Promise<void> {
  if (errors.length === 0) return;
  const rows = errors.map(({ field, ...error }) => ({ import_id: importId, field: field ?? '', ...error }));
  await transaction.execute(
    sql`insert into ${importErrors} select * from jsonb_populate_recordset(null::${importErrors}, ${JSON.stringify(rows)}::jsonb)`,
  );
}

/** Of each import in the order of its lines, one more than the page where there is one; of all imports in one statement. */
export async function listImportErrors(
  database: Queryable,
  importIds: readonly string[],
  { first, after }: Page<ImportErrorKey>,
): Promise<ImportErrorRow[]> {
  const { importId, line, field, code, reason } = importErrors;
  const { rows } = await database.execute<Record<string, unknown> & StoredError>(sql`
    select error.*
    from jsonb_array_elements_text(${JSON.stringify(importIds)}::jsonb) as wanted(import_id)
    cross join lateral (
      select ${importId} as "importId", ${line} as line, ${field} as field, ${code} as code, ${reason} as reason
      from ${importErrors} where ${and(sql`${importId} = wanted.import_id::uuid`, behind(after))}
      order by ${asc(line)}, ${asc(field)} limit ${first + 1}
    ) as error
    order by line, field`);
  return rows.map(errorOf);
}

interface StoredError extends Omit<ImportErrorRow, 'field'> {
  readonly field: (typeof importErrors.$inferSelect)['field'];
}

function behind(after: ImportErrorKey | undefined): SQL | undefined {
  return (
    after && sql`(${importErrors.line}, ${importErrors.field}) > (${Number(after[0])}::integer, ${after[1]})`
  );
}

function errorOf({ field, ...error }: StoredError): ImportErrorRow {
  return { ...error, field: field === '' ? null : field };
}
