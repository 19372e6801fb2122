import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScenarioReport } from '../scenario.ts';
import type { Machine } from './machine.ts';
import { renderMarkdown } from './markdown.ts';

export const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));

export interface Result extends ScenarioReport {
  readonly scenario: string;
  readonly command: string;
  readonly startedAt: Date;
  readonly quick: boolean;
  readonly machine: Machine;
}

/** @returns the file's path */
export function writeResult(result: Result): string {
  return place(result, 'json', `${JSON.stringify(result, null, 2)}\n`);
}

/** The tables alone. @returns the file's path */
export function writeMarkdown(result: Result): string {
  return place(result, 'md', renderMarkdown(result));
}

function place({ startedAt, scenario }: Result, extension: string, text: string): string {
  mkdirSync(resultsFolder, { recursive: true });
  const moment = startedAt.toISOString().replaceAll(/[:.]/g, '-');
  const file = `${resultsFolder}${moment}-${scenario}.${extension}`;
  writeFileSync(file, text);
  return file;
}
