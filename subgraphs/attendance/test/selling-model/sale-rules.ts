import type { KnownOrder, OrderStatus, SaleModel, SeenOrder, SeenTicket, Sight } from './sale-model.ts';

/** Where an order that was seen so may be seen next. */
const nextStatuses: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PENDING', 'PAID', 'EXPIRED', 'CANCELED', 'REFUNDED'],
  PAID: ['PAID', 'CANCELED', 'REFUNDED'],
  // For a payment that began in time and was heard of late.
  EXPIRED: ['EXPIRED', 'PENDING', 'PAID', 'CANCELED', 'REFUNDED'],
  CANCELED: ['CANCELED'],
  REFUNDED: ['REFUNDED'],
};

/** What contradicts what people were told, or what was seen before. @param isSettled no fact is held back */
export function faultsOf(model: SaleModel, sight: Sight, isSettled: boolean): string[] {
  return [
    ...stockFaults(model, sight),
    ...model.orders.flatMap((order) => orderFaults(model, sight, order)),
    ...[...sight.tickets.values()].flatMap((ticket) => ticketFaults(model, sight, ticket, isSettled)),
    ...handFaults(model, sight),
    ...payoutFaults(model, sight),
    ...[...sight.orders.keys()]
      .filter((id) => !model.findOrder(id))
      .map((id) => `nobody asked for order ${id}`),
  ];
}

function stockFaults(model: SaleModel, sight: Sight): string[] {
  return model.types.flatMap(({ id, capacity }) => {
    const available = sight.available.get(id) ?? Number.NaN;
    const taken = model.surelyTaken(id, sight.at);
    if (available >= 0 && available + taken <= capacity) return [];
    return [`of ${capacity} ${taken} are taken, and ${available} are offered`];
  });
}

function orderFaults(model: SaleModel, sight: Sight, order: KnownOrder): string[] {
  const seen = sight.orders.get(order.id);
  if (!seen) return [`order ${order.id} went away`];
  const before = model.sight.orders.get(order.id)?.status ?? 'PENDING';
  const { status } = seen;
  const isPaid = status === 'PAID' || status === 'REFUNDED';
  const rules: [boolean, string][] = [
    [nextStatuses[before].includes(status), `was ${before}`],
    [!model.surelyHolds(order, sight.at) || status === 'PENDING' || isPaid, 'was to hold its tickets'],
    [!order.isCanceled || status === 'CANCELED', 'was canceled'],
    [status !== 'PENDING' || sight.at < model.doomedAt(order), 'holds on too long'],
    [!isPaid || !model.doomed.has(order.id), 'was paid too late'],
    [!isPaid || order.total === 0 || model.mayBePaid(order), 'was paid by nobody'],
    [order.total > 0 || isPaid || model.isEventCancelAsked, 'was free'],
    [hasItsTickets(order, seen), `has ${seen.ticketIds.length} tickets`],
  ];
  return rules.flatMap(([holds, but]) => (holds ? [] : [`order ${order.id} is ${status} but ${but}`]));
}

function hasItsTickets({ lines }: KnownOrder, { status, ticketIds }: SeenOrder): boolean {
  const ordered = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (status === 'PAID' || status === 'REFUNDED') return ticketIds.length === ordered;
  return ticketIds.length === 0 || (status === 'CANCELED' && ticketIds.length === ordered);
}

function ticketFaults(model: SaleModel, sight: Sight, ticket: SeenTicket, isSettled: boolean): string[] {
  const { id, number, code, standing, version } = ticket;
  const known = model.ticket(id);
  const before = model.sight.tickets.get(id);
  const order = sight.orders.get(ticket.orderId);
  const isVoid = standing === 'CANCELED';
  const hasNews = isSettled && known.lostScans === 0;
  const rules: [boolean, string][] = [
    [!before || (version >= before.version && number >= before.number), 'went back to what it was'],
    [isVoid === (code === null), `is ${standing} with ${code === null ? 'no' : 'a'} code`],
    [code === null || (known.codes.get(number) ?? code) === code, 'has another code of the same number'],
    [code === null || isFresh(model, id, number, code), 'has the code of another, or an old one'],
    [order?.status !== 'REFUNDED' || isVoid, 'is good though its order was paid back'],
    [order?.status !== 'PAID' || !isVoid || model.isEventCancelAsked, 'is void though its order is paid'],
    [before?.standing !== 'CANCELED' || isVoid, 'was void'],
    [known.inside <= 1 + known.lostScans, `was let in ${known.inside} times`],
    [
      !hasNews || ticket.isAdmitted === known.inside > 0,
      `was let in ${known.inside} times, as the door says`,
    ],
  ];
  return rules.flatMap(([holds, but]) => (holds ? [] : [`ticket ${id} ${but}`]));
}

function isFresh(model: SaleModel, id: string, number: number, code: string): boolean {
  return [...model.tickets.values()].every((known) =>
    [...known.codes].every(([other, text]) => text !== code || (known.id === id && other === number)),
  );
}

/** The number of a ticket's code counts the hands that it went through. */
function handFaults(model: SaleModel, sight: Sight): string[] {
  return [...sight.tickets.values()].flatMap(({ id, number }) => {
    const bought = [...sight.orders.values()].filter(({ ticketIds }) => ticketIds.includes(id)).length;
    const { transfers, lostTransfers } = model.ticket(id);
    const hands = bought + transfers;
    if (number >= hands && number <= hands + lostTransfers) return [];
    return [`ticket ${id} went through ${hands} hands, and its code is number ${number}`];
  });
}

function payoutFaults(model: SaleModel, sight: Sight): string[] {
  const shared = model.listings.flatMap(({ id }) => {
    const orders = model.orders.filter(({ listingId }) => listingId === id);
    const taking = orders.filter((order) =>
      /PENDING|PAID|REFUNDED/.test(sight.orders.get(order.id)?.status ?? ''),
    );
    const payouts = sight.payouts.filter(({ listingId }) => listingId === id);
    const isFine = taking.length <= 1 && payouts.length <= 1;
    return isFine ? [] : [`listing ${id} has ${taking.length} buyers and ${payouts.length} payouts`];
  });
  const undone = sight.payouts
    .filter(({ id, status }) => model.settledPayouts.has(id) && status !== 'SETTLED')
    .map(({ id, status }) => `payout ${id} was made and is ${status}`);
  return [...shared, ...undone];
}
