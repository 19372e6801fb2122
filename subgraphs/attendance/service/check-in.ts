import { Coalescer } from '@tixgo/platform/coalescer.ts';
import { notFound } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import { hasRole, type UserViewer } from '@tixgo/platform/viewer.ts';
import type { CheckInRecord, Refusal, Scan, ScanDirection } from '../domain/door.ts';
import { refusalMessage } from '../domain/refusal-message.ts';
import { chooseBatch } from '../domain/scan-batch.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { learnDoor } from './know-event.ts';
import { learnTicket } from './know-ticket.ts';
import type { TicketReading } from './read-code.ts';
import { type BatchOutcome, runScanBatch } from './scan-batch.ts';
import { assertEventId, cleanGate, cleanNonce, cleanTicket, type PresentedTicket } from './scan-input.ts';

export interface CheckInInput {
  readonly eventId: string;
  readonly code?: Optional<string>;
  readonly ticketId?: Optional<string>;
  readonly gate?: Optional<string>;
  readonly direction?: Optional<ScanDirection>;
  readonly nonce?: Optional<string>;
  readonly deviceTime?: Optional<Date>;
}

/** A refusal, with a sentence for the person at the door. */
export type ExplainedRefusal = Refusal & { readonly message: string };

export type CheckInOutcome =
  | { readonly kind: 'admitted'; readonly checkIn: CheckInRecord }
  | { readonly kind: 'refused'; readonly refusal: ExplainedRefusal };

export interface CheckInSettings {
  /** Off: every scan is a transaction of its own; for measuring what coalescing gives. */
  readonly coalesce: boolean;
}

/**
 * Scans a ticket. Scans of one event that come while others of it are decided are decided together.
 * @throws NOT_FOUND, CONFLICT (a draft), FORBIDDEN (by hand), BAD_USER_INPUT, IDEMPOTENCY_KEY_REUSED,
 *   SUBGRAPH_UNAVAILABLE (an event, a ticket or a key that is new here, and its owner does not answer)
 */
export const checkIn = (
  dependencies: AttendanceDependencies,
  read: TicketReading,
  { coalesce }: CheckInSettings,
) => {
  const run = runScanBatch(dependencies);
  const coalescer = new Coalescer<Scan, BatchOutcome>({ run, choose: chooseBatch });
  const decide = async (eventId: string, scan: Scan) =>
    coalesce ? await coalescer.submit(eventId, scan) : (await run(eventId, [scan]))[0];

  return async (viewer: UserViewer, input: CheckInInput): Promise<CheckInOutcome> => {
    assertEventId(input.eventId);
    const presented = cleanTicket(input);
    const unread = scanOf(viewer, input, presented, dependencies.clock());
    const scan = { ...unread, ...(await read(presented)) };
    let outcome = await decide(input.eventId, scan);
    if (outcome?.kind === 'unknown-event' && (await learnDoor(dependencies, input.eventId))) {
      outcome = await decide(input.eventId, scan);
    }
    if (outcome?.kind === 'unknown-ticket') {
      await learnTicket(dependencies, scan.ticketId);
      outcome = await decide(input.eventId, { ...scan, ownerAsked: true });
    }
    return settled(outcome);
  };
};

function settled(outcome: BatchOutcome | undefined): CheckInOutcome {
  switch (outcome?.kind) {
    case 'admitted':
      return outcome;
    case 'refused':
      return { kind: 'refused', refusal: explained(outcome.refusal) };
    case 'failed':
      throw outcome.error;
    case 'unknown-event':
      throw notFound('event');
    default:
      throw new Error('A scan was not decided.');
  }
}

function explained(refusal: Refusal): ExplainedRefusal {
  return { ...refusal, message: refusalMessage(refusal) };
}

function scanOf(viewer: UserViewer, input: CheckInInput, { text, byHand }: PresentedTicket, at: Date): Scan {
  return {
    id: newId(),
    ticketId: text,
    direction: input.direction ?? 'ENTRY',
    gate: cleanGate(input.gate),
    at,
    by: { id: viewer.id, username: viewer.username },
    byHand,
    mayForce: hasRole(viewer, 'COMMITTEE'),
    nonce: cleanNonce(input.nonce),
    deviceTime: input.deviceTime ?? null,
  };
}
