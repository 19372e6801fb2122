import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { verify } from '../scenario.ts';
import { people, tokensOf } from './people.ts';

export type ExportFormat = 'CSV' | 'JSON';

export interface WantedExport {
  readonly origin: string;
  readonly format: ExportFormat;
  readonly eventId: string;
}

/** Asks for every check-in of an event as COMMITTEE; nothing of the body is read yet. */
export async function openExport({ origin, format, eventId }: WantedExport): Promise<IncomingMessage> {
  const [token = ''] = tokensOf(people('COMMITTEE', 1));
  const extension = format === 'CSV' ? '.csv' : '';
  const headers = { authorization: `Bearer ${token}` };
  const request = get(`${origin}/attendance/${eventId}${extension}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  verify(response.statusCode === 200, `an export was answered with ${response.statusCode}`);
  return response;
}

/** @returns the number of bytes */
export async function readToEnd(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return bytes;
}

/** Takes no more than so much a second, so that the connection fills up behind it. @returns the number of bytes */
export async function readSlowly(response: IncomingMessage, bytesPerSecond: number): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    const ahead = (bytes / bytesPerSecond) * 1000 - (performance.now() - started);
    if (ahead > 10) await sleep(ahead);
  }
  return bytes;
}

/** Reads as much and stops there; the connection stays. @returns the number of bytes */
export async function readUntil(response: IncomingMessage, wanted: number): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes >= wanted) return bytes;
  }
  throw new Error(`The export ended after ${bytes} bytes already.`);
}
