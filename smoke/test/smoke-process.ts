import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface SmokeRun {
  readonly exitCode: number | null;
  readonly output: string;
}

/** `npm run smoke -- …` as a process of its own. */
export async function runSmoke(...args: readonly string[]): Promise<SmokeRun> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, output };
}
