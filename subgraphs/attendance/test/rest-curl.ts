import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CurlAnswer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  readonly json: any;
}

/** What the real curl gets, given the arguments as somebody types them. */
export async function curl(...args: readonly string[]): Promise<CurlAnswer> {
  const { stdout } = await run('curl', ['-sS', '--max-time', '10', '-w', '\n%{http_code}', ...args]);
  const end = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, end);
  return {
    status: Number(stdout.slice(end + 1)),
    text,
    json: text.startsWith('<') ? undefined : parsed(text),
  };
}

export const jsonHeader = ['-H', 'Content-Type: application/json'] as const;

export const bearer = (token: string) => ['-H', `Authorization: Bearer ${token}`] as const;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
