import { statementsOf } from '../platform/database/migration-files.ts';

export interface SqlStatement {
  /** On one line, without comments and without what stands in literals. */
  readonly text: string;
  /** From 1, where it begins. */
  readonly line: number;
  /** What a comment `-- accepted: …` before it says. */
  readonly accepted: string | undefined;
  /** Whether it is sent to the database by itself. */
  readonly isAlone: boolean;
}

/** Literals, dollar-quoted bodies and comments: what may have anything in it. */
const opaque = /'(?:[^']|'')*'|(?<tag>\$\w*\$)[\s\S]*?\k<tag>|--.*|\/\*[\s\S]*?\*\//g;

/** The statements of a migration file. Good enough for what migrations are made of; it is no parser. */
export function readStatements(sql: string): SqlStatement[] {
  let end = 0;
  return statementsOf(sql).flatMap((chunk) => {
    const start = sql.indexOf(chunk, end);
    end = start + chunk.length;
    return statementsIn(chunk, lineAt(sql, start));
  });
}

function statementsIn(chunk: string, firstLine: number): SqlStatement[] {
  // Of the same length as the chunk, so that places in one are places in the other.
  const masked = chunk.replaceAll(opaque, (part) => (part.startsWith("'") ? literal(part) : blank(part)));
  const statements: SqlStatement[] = [];
  let start = 0;
  for (const part of masked.split(';')) {
    const text = part.replaceAll(/\s+/g, ' ').trim();
    const begin = start + part.search(/\S|$/);
    const accepted = /--\s*accepted:\s*(\S.*)/.exec(chunk.slice(start, begin))?.[1];
    const line = firstLine + lineAt(chunk, begin) - 1;
    if (text !== '') statements.push({ text, line, accepted, isAlone: false });
    start += part.length + 1;
  }
  return statements.map((statement) => ({ ...statement, isAlone: statements.length === 1 }));
}

function literal(text: string): string {
  return `'${blank(text.slice(2))}'`;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/** Splits where a comma stands outside of brackets. */
export function splitAtCommas(text: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const character of text) {
    if (character === '(' || character === '[') depth += 1;
    if (character === ')' || character === ']') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}
