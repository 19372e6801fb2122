import { noteTold } from '../store/signing-key-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { ticketKeyAdded } from './ticket-facts.ts';

/** Tells the door of keys that it has not been told of, before the first code that they sign is shown. */
export const publishKeys =
  ({ outbox, clock, codes }: TicketDependencies) =>
  async (): Promise<void> => {
    const now = clock();
    await outbox.transaction(async (transaction, tell) => {
      for (const [index, key] of codes.keys.entries()) {
        // A millisecond apart, so that those that are told together keep their order.
        const toldAt = new Date(now.getTime() - index);
        if (await noteTold(transaction, key.jwk, toldAt)) tell(ticketKeyAdded(key, now));
      }
    });
  };
