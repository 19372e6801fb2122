import type { Scan } from './door.ts';

/** One statement's worth: more rows hold the event's counter row longer than they save. */
const largestBatch = 256;

/**
 * Which scans of one event may be decided together: those of one direction, in which each nonce stands once. The scans
 * of one ticket keep their order: behind one that stays, all others of its ticket stay as well.
 */
export function chooseBatch(waiting: readonly Scan[]): { batch: Scan[]; rest: Scan[] } {
  const direction = waiting[0]?.direction;
  const batch: Scan[] = [];
  const rest: Scan[] = [];
  const nonces = new Set<string>();
  const staying = new Set<string>();
  for (const scan of waiting) {
    const repeats = scan.nonce !== null && nonces.has(scan.nonce);
    if (
      scan.direction !== direction ||
      repeats ||
      staying.has(scan.ticketId) ||
      batch.length === largestBatch
    ) {
      staying.add(scan.ticketId);
      rest.push(scan);
    } else {
      if (scan.nonce !== null) nonces.add(scan.nonce);
      batch.push(scan);
    }
  }
  return { batch, rest };
}

/**
 * Parts the scans of a batch into rounds in which every ticket stands once: one statement cannot move a row twice.
 * After the first round the outcome of a further scan of the same ticket is known, unless the policy lets everyone in.
 */
export function rounds(scans: readonly Scan[]): Scan[][] {
  const seen = new Map<string, number>();
  const parted: Scan[][] = [];
  for (const scan of scans) {
    const round = seen.get(scan.ticketId) ?? 0;
    seen.set(scan.ticketId, round + 1);
    const members = parted[round] ?? [];
    parted[round] = members;
    members.push(scan);
  }
  return parted;
}
