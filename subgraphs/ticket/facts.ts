import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';
import type { FactCatalogue } from '@tixgo/schema/facts/catalogue.ts';
import type { EventChanged, EventDeleted } from '@tixgo/schema/facts/event.ts';
import { answerRefundRequest } from './service/answer-refund-request.ts';
import { completePaidOrder } from './service/complete-paid-order.ts';
import type { TicketDependencies } from './service/dependencies.ts';
import { endHoldOfFailedPayment, holdOrderWhilePaying } from './service/hold-order-while-paying.ts';
import { noteAdmissions } from './service/note-admissions.ts';
import { refundOrder } from './service/refund-order.ts';
import type { Tell } from './service/tell-changes.ts';
import { noteDispute, noteRefundFailed } from './service/withhold-order.ts';
import { burySaleEvent, keepSaleEvent } from './store/sale-event-store.ts';

type Reaction<Payload> = (transaction: Transaction, tell: Tell, payload: Payload, now: Date) => Promise<void>;
type Reactions = { readonly [Type in keyof FactCatalogue]?: Reaction<FactCatalogue[Type]> };

/** What the ticket service does on the facts of others. What it tells itself is in service/ticket-facts.ts. */
const reactions = {
  'event.changed': async (transaction, _tell, event: EventChanged) => {
    const { eventId: id, status, capacity, gates, endsAt, updatedAt } = event;
    const times = { endsAt: new Date(endsAt), updatedAt: new Date(updatedAt) };
    await keepSaleEvent(transaction, { id, status, capacity, gates, ...times });
  },
  'event.deleted': async (transaction, _tell, { eventId, updatedAt }: EventDeleted) =>
    await burySaleEvent(transaction, eventId, new Date(updatedAt)),
  'attendance.tickets-admitted': async (transaction, tell, admitted: TicketsAdmitted, now) =>
    await noteAdmissions(transaction, tell, admitted, now),
  'payment.started': holdOrderWhilePaying,
  'payment.failed': endHoldOfFailedPayment,
  'payment.succeeded': completePaidOrder,
  'payment.refund-requested': answerRefundRequest,
  'payment.refund-failed': noteRefundFailed,
  'payment.refunded': refundOrder,
  'payment.disputed': noteDispute,
} satisfies Reactions;

export function ticketFactConsumer(
  inbox: Inbox,
  { outbox, clock }: Pick<TicketDependencies, 'outbox' | 'clock'>,
): FactConsumer {
  const byType: Readonly<Record<string, Reaction<never> | undefined>> = reactions;
  return {
    name: 'ticket',
    types: Object.keys(reactions),
    handle: async (fact: Fact) => {
      const react = byType[fact.type];
      if (!react) return;
      await inbox.onceTelling(
        fact,
        outbox,
        async (transaction, tell) => await react(transaction, tell, fact.payload as never, clock()),
      );
    },
  };
}
