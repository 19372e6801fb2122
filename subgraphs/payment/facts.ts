import type { Clock } from '@tixgo/platform/clock.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { OrderChanged, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';
import { noteOrder, noteRefundDue } from './service/note-order.ts';

/** What the payment service does on the facts of others: it writes down; the reconciler asks the provider. */
export function paymentFactConsumer(inbox: Inbox, outbox: Outbox, clock: Clock): FactConsumer {
  return {
    name: 'payment',
    types: ['order.changed', 'order.refund-due'],
    handle: async (fact: Fact) => {
      await inbox.onceTelling(fact, outbox, async (transaction, tell) => {
        if (fact.type === 'order.changed')
          await noteOrder(transaction, fact.payload as OrderChanged, clock());
        else await noteRefundDue(transaction, tell, fact.payload as OrderRefundDue, clock());
      });
    },
  };
}
