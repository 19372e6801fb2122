import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningHost {
  readonly url: string;
  readonly identityUrl: string;
  stop(): Promise<void>;
}

/** The whole system as `npm start` runs it, on free ports, keeping nothing; orders end soon enough to be waited for. */
export async function startHost(): Promise<RunningHost> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, ['subgraphs/attendance/server.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      DATA_DIR: 'memory',
      ATTENDANCE_PORT: '0',
      IDENTITY_PORT: '0',
      DEMO_DATA: 'false',
      BCRYPT_COST: '4',
      ORDER_WINDOW_SECONDS: '4',
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    },
  });
  const { port, identityPort } = await announcedPorts(child);
  return {
    url: `http://127.0.0.1:${port}`,
    identityUrl: `http://127.0.0.1:${identityPort}`,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function announcedPorts(child: ChildProcess): Promise<{ port: number; identityPort: number }> {
  if (!child.stdout) throw new Error('The output of the host is not read.');
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    const { msg, port, identityPort } = JSON.parse(line);
    if (msg !== 'TixGo serves') continue;
    child.stdout.resume();
    return { port, identityPort };
  }
  throw new Error(`The host did not start:\n${said.join('\n')}`);
}
