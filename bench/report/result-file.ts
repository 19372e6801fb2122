import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScenarioReport } from '../scenario.ts';
import type { Machine } from './machine.ts';

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
  mkdirSync(resultsFolder, { recursive: true });
  const moment = result.startedAt.toISOString().replaceAll(/[:.]/g, '-');
  const file = `${resultsFolder}${moment}-${result.scenario}.json`;
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
