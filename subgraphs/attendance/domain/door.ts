import type { ImportedTicket } from './imported-ticket.ts';
import type { ListedTicket } from './listed-ticket.ts';

export const scanDirections = ['ENTRY', 'EXIT'] as const;
export type ScanDirection = (typeof scanDirections)[number];

/** pretix's door vocabulary. */
export const refusalReasons = [
  'INVALID',
  'UNPAID',
  'BLOCKED',
  'REVOKED',
  'CANCELED',
  'ALREADY_REDEEMED',
  'INVALID_TIME',
  'PRODUCT',
  'RULES',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type EntryPolicy = 'ONCE' | 'ONCE_PER_DAY' | 'REENTRY_AFTER_EXIT' | 'UNLIMITED';

/** What the door knows of an event, by facts or by asking its owner. */
export interface Door {
  readonly eventId: string;
  readonly status: 'DRAFT' | 'PUBLISHED' | 'CANCELED';
  readonly admission: 'OPEN' | 'TICKETED';
  readonly entryPolicy: EntryPolicy;
  readonly timezone: string;
  readonly gates: readonly string[];
  /** Its version: the event's `updatedAt`. */
  readonly updatedAt: Date;
}

/** Who stands at the door. The name is kept with the scan, so that the door needs nobody else to answer. */
export interface ScannedBy {
  readonly id: string;
  readonly username: string;
}

/** What a code of TixGo's says; nothing, unless a key of the ticket service signed it. */
export type TixGoCode =
  | { readonly isGenuine: false }
  | { readonly isGenuine: true; readonly eventId: string; readonly codeNumber: number };

/** One scan, checked, before anything is decided. */
export interface Scan {
  /** A UUIDv7 of the scan's time: lists of scans sort by it. */
  readonly id: string;
  /** Of a code that is not genuine: the code itself. */
  readonly ticketId: string;
  /** Undefined for anything but a code of TixGo's. */
  readonly code?: TixGoCode | undefined;
  readonly direction: ScanDirection;
  readonly gate: string | null;
  readonly at: Date;
  readonly by: ScannedBy;
  /** The ticket id was typed in, not read from a code. */
  readonly byHand: boolean;
  /** At a TICKETED event a ticket id typed in takes COMMITTEE. */
  readonly mayForce: boolean;
  readonly nonce: string | null;
  readonly deviceTime: Date | null;
  /** The ticket's owner was asked: what the admission list does not know now is no ticket. */
  readonly ownerAsked?: boolean;
}

/** An accepted scan, as it is kept. */
export interface CheckInRecord {
  readonly id: string;
  readonly eventId: string;
  readonly ticketId: string;
  readonly direction: ScanDirection;
  readonly gate: string | null;
  readonly at: Date;
  readonly by: ScannedBy;
  readonly forced: boolean;
  readonly undoneAt: Date | null;
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly ticketId: string | null;
  readonly previous: CheckInRecord | null;
  /** What is known of it, where that was asked. */
  readonly ticket?: ListedTicket | ImportedTicket | undefined;
}
