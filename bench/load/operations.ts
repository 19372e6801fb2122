import { gates } from '../system/events.ts';
import {
  type PayAnswer,
  type PayOperation,
  payBody,
  type ReserveAnswer,
  type ReserveOperation,
  reserveBody,
} from './sale-operations.ts';

/** What is asked; every answer is judged. */
export type Operation =
  /** A scan of a ticket that nobody scanned, or with `ticketId` of this one. */
  | { readonly kind: 'scan'; readonly eventId: string; readonly series: string; readonly ticketId?: string }
  | { readonly kind: 'summary'; readonly eventId: string; readonly totalCheckedIn: number }
  | ReserveOperation
  | PayOperation;

export interface ScanInput {
  readonly eventId: string;
  readonly ticketId: string;
  readonly gate: string;
}

export const scanMutation = `mutation Scan($input: CheckInInput!) {
  checkIn(input: $input) {
    __typename
    ... on CheckIn { id ticketId checkedInAt checkedInBy { username } }
    ... on CheckInRefusal { reason message previous { id } }
  }
}`;

export const summaryQuery = `query Summary($id: ID!) {
  event(id: $id) {
    summary {
      attendance {
        totalCheckedIn
        records(first: 20) { edges { node { id ticketId checkedInAt checkedInBy { username } } } }
      }
    }
  }
}`;

/** The body of one request; each has variables of its own, as clients send them. */
export function bodyOf(operation: Operation, sequence: number): string {
  switch (operation.kind) {
    case 'scan':
      return JSON.stringify({ query: scanMutation, variables: { input: scanInput(operation, sequence) } });
    case 'summary':
      return JSON.stringify({ query: summaryQuery, variables: { id: operation.eventId } });
    case 'reserve':
      return reserveBody(operation, sequence);
    case 'pay':
      return payBody(operation, sequence);
  }
}

export function scanInput(
  { eventId, series, ticketId }: Extract<Operation, { kind: 'scan' }>,
  sequence: number,
): ScanInput {
  const gate = gates[sequence % gates.length] ?? gates[0];
  return { eventId, ticketId: ticketId ?? `${series}-${sequence}`, gate };
}

export type ScanAnswer =
  | { readonly __typename: 'CheckIn'; readonly id: string; readonly ticketId: string }
  | {
      readonly __typename: 'CheckInRefusal';
      readonly reason: string;
      readonly previous: { readonly id: string } | null;
    };

interface SummaryAnswer {
  readonly event: {
    readonly summary: {
      readonly attendance: {
        readonly totalCheckedIn: number;
        readonly records: { readonly edges: readonly unknown[] };
      };
    };
  };
}

/** What a request made, and the number of the request. */
export interface Accepted {
  readonly id: string;
  readonly sequence: number;
}

/** What came of all the requests of a job. */
export class Answers {
  readonly accepted: Accepted[] = [];
  readonly refusedFor: string[] = [];
  soldOut = 0;
  declined = 0;
  read = 0;
  wrong = 0;
  /** What the first wrong answer said. */
  firstWrong: string | undefined;

  take(
    operation: Operation,
    sequence: number,
    result: { readonly data?: unknown; readonly errors?: unknown },
  ): void {
    if (result.errors || !result.data) this.fail(JSON.stringify(result));
    else if (operation.kind === 'scan')
      this.#takeScan((result.data as { checkIn: ScanAnswer }).checkIn, sequence);
    else if (operation.kind === 'summary') this.#takeSummary(operation, result.data as SummaryAnswer);
    else if (operation.kind === 'reserve')
      this.#takeReservation((result.data as ReserveAnswer).reserveTickets, sequence);
    else this.#takePayment((result.data as PayAnswer).payOrder, sequence);
  }

  fail(what: string): void {
    this.wrong += 1;
    this.firstWrong ??= what;
  }

  #takeScan(answer: ScanAnswer, sequence: number): void {
    if (answer.__typename === 'CheckIn') this.accepted.push({ id: answer.id, sequence });
    else if (answer.reason === 'ALREADY_REDEEMED') this.refusedFor.push(answer.previous?.id ?? 'nobody');
    else this.fail(JSON.stringify(answer));
  }

  #takeSummary({ totalCheckedIn }: Extract<Operation, { kind: 'summary' }>, { event }: SummaryAnswer): void {
    const { attendance } = event.summary;
    const isRight = attendance.totalCheckedIn === totalCheckedIn && attendance.records.edges.length === 20;
    if (isRight) this.read += 1;
    else this.fail(JSON.stringify(attendance).slice(0, 500));
  }

  #takeReservation(answer: ReserveAnswer['reserveTickets'], sequence: number): void {
    if (answer.__typename === 'Order') this.accepted.push({ id: answer.id, sequence });
    else if (answer.__typename === 'SoldOut') this.soldOut += 1;
    else this.fail(JSON.stringify(answer));
  }

  #takePayment(answer: PayAnswer['payOrder'], sequence: number): void {
    const isPaid = answer.__typename === 'Payment' && answer.status === 'SUCCEEDED';
    if (isPaid) this.accepted.push({ id: answer.id, sequence });
    else if (answer.__typename === 'PaymentDeclined') this.declined += 1;
    else this.fail(JSON.stringify(answer));
  }
}
