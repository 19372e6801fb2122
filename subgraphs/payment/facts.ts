import type { Clock } from '@tixgo/platform/clock.ts';
import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { OrderChanged, OrderRefundDeclined, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';
import { noteOrder } from './service/note-order.ts';
import { noteRefundDeclined, noteRefundDue } from './service/note-refund-answer.ts';

/** What the payment service does on the facts of others: it writes down; the reconciler asks the provider. */
export function paymentFactConsumer(inbox: Inbox, clock: Clock): FactConsumer {
  return {
    name: 'payment',
    types: ['order.changed', 'order.refund-due', 'order.refund-declined'],
    handle: async (fact: Fact) => {
      await inbox.once(fact, async (transaction) => await react(transaction, fact, clock()));
    },
  };
}

async function react(transaction: Transaction, { type, payload }: Fact, now: Date): Promise<void> {
  if (type === 'order.changed') await noteOrder(transaction, payload as OrderChanged, now);
  else if (type === 'order.refund-due') await noteRefundDue(transaction, payload as OrderRefundDue, now);
  else await noteRefundDeclined(transaction, payload as OrderRefundDeclined);
}
