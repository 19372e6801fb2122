import { userViewer } from '@tixgo/platform/testing/ask.ts';
import type { ImportMode, TicketImport } from '../domain/ticket-import.ts';
import type { AttendanceSystem } from './attendance-system.ts';

export const admin = userViewer('ADMIN', 'ada');

/** A file as a network brings it. */
export async function* chunksOf(file: string | Buffer, size = 65_536): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export interface SentList {
  readonly mode?: ImportMode;
  readonly fileName?: string;
  /** In bytes, of the pieces that it comes in. */
  readonly pieces?: number;
}

/** Sends a list to an event, and answers what became of it. */
export async function sendList(
  { subgraph }: AttendanceSystem,
  eventId: string,
  file: string | Buffer,
  { mode = 'ALL_OR_NOTHING', fileName, pieces }: SentList = {},
): Promise<TicketImport> {
  const wanted = { eventId, mode, fileName, bytesTotal: Buffer.byteLength(file) };
  return await subgraph.services.importTickets(admin, wanted, () => chunksOf(file, pieces));
}

const ofImport = /* GraphQL */ `
  query ($id: ID!, $after: String) {
    ticketImport(id: $id) {
      id eventId fileName mode status startedBy { username } rowsRead rowsTaken rowsBad bytesRead bytesTotal
      ignoredColumns failure startedAt finishedAt
      errors(first: 100, after: $after) { edges { node { line field code reason } } pageInfo { hasNextPage endCursor } }
    }
  }
`;

export interface ShownError {
  readonly line: number;
  readonly field: string | null;
  readonly code: string | null;
  readonly reason: string;
}

/** As the committee reads it, with every error. */
export async function readImport({ client }: AttendanceSystem, id: string) {
  const errors: ShownError[] = [];
  for (let after: string | null = null; ; ) {
    const { ticketImport } = await client.data(ofImport, { id, after }, admin);
    for (const { node } of ticketImport.errors.edges) errors.push(node);
    if (!ticketImport.errors.pageInfo.hasNextPage) return { ...ticketImport, errors };
    after = ticketImport.errors.pageInfo.endCursor;
  }
}

/** As `line column: reason`. */
export async function reportOf(system: AttendanceSystem, id: string): Promise<string[]> {
  const { errors } = await readImport(system, id);
  return errors.map(({ line, field, reason }: ShownError) => `${line} ${field ?? 'row'}: ${reason}`);
}

/** A list of as many tickets, each with the code that its number makes. */
export function listOf(count: number, codeOf = (index: number) => `C-${index}`): string {
  return `code\n${Array.from({ length: count }, (_, index) => codeOf(index)).join('\n')}\n`;
}
