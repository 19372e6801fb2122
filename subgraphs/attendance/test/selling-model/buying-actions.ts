import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type Action, chosen, must, mustBeExpected, onOne, type Scene } from './action.ts';
import { cancelOrder, reserveListing, reserveTickets } from './documents.ts';
import type { KeyedReservation, KnownListing, KnownOrder, Line, SaleModel } from './sale-model.ts';
import { quantityOf } from './sale-model.ts';
import type { Answer } from './sale-world.ts';

const orderWindow = 60_000;

/** @param wanted how many of each type; those of none are left out */
export const reserve = (buyer: number, wanted: readonly number[]): Action => ({
  label: `reserve(buyer${buyer}, ${wanted.join('+')})`,
  isPossible: () => wanted.some((quantity) => quantity > 0),
  run: async (scene) => {
    const viewer = chosen(scene.world.buyers, buyer) as UserViewer;
    const lines = scene.model.types.flatMap(({ id }, index) => {
      const quantity = wanted[index] ?? 0;
      return quantity > 0 ? [{ typeId: id, quantity }] : [];
    });
    const at = scene.world.now();
    const request = { buyer: viewer, key: newId(), lines, at };
    const answer = await askForTickets(scene, request);
    scene.model.reservations.push({ ...request, orderId: answer.id });
    if (answer.__typename === 'Order') takeIn(scene, request, answer);
    else mustBeShort(scene, request, answer);
  },
});

async function askForTickets({ model, world }: Scene, request: Omit<KeyedReservation, 'orderId'>) {
  const { buyer, key, lines } = request;
  const input = {
    eventId: model.eventId,
    idempotencyKey: key,
    lines: lines.map(({ typeId, quantity }) => ({ ticketTypeId: typeId, quantity })),
  };
  const reply = await world.askKeyed('ticket', reserveTickets, { input }, buyer);
  must(reply.kind === 'data', 'a reservation is answered:', reply);
  return reply.data.answer;
}

function takeIn(
  { model, world }: Scene,
  { buyer, lines, at }: Omit<KeyedReservation, 'orderId'>,
  answer: Answer,
): void {
  const priceOf = ({ typeId, quantity }: Line) =>
    quantity * (model.types.find(({ id }) => id === typeId)?.price ?? 0);
  const total = lines.reduce((sum, line) => sum + priceOf(line), 0);
  must(answer.total.amount === total, 'an order costs what its tickets cost', answer, total);
  must(at < model.endsAt, 'nothing is sold once the event is over', answer);
  mustHaveItsTime(answer, at, world.now());
  model.orders.push(orderOf(answer, buyer, lines, undefined));
}

function mustHaveItsTime({ expiresAt }: Answer, from: number, to: number): void {
  const window = Date.parse(expiresAt) - orderWindow;
  must(from <= window && window <= to, 'an order has its whole time', expiresAt, from, to);
}

function orderOf(
  { id, expiresAt, total }: Answer,
  buyer: UserViewer,
  lines: readonly Line[],
  listingId: string | undefined,
): KnownOrder {
  return {
    id,
    buyer,
    lines,
    total: total.amount,
    expiresAt: Date.parse(expiresAt),
    listingId,
    isCancelAsked: false,
    isRefundAsked: false,
    isCanceled: false,
    lastBegan: undefined,
    unanswered: 0,
  };
}

/** Nobody is sent away while there are tickets. */
function mustBeShort(
  { model, world, isAlone }: Scene,
  { lines, at }: Omit<KeyedReservation, 'orderId'>,
  answer: Answer,
): void {
  if (answer.__typename === 'SalesClosed') {
    must(world.now() >= model.endsAt || model.isEventCancelAsked, 'a sale is open until its end', answer);
    return;
  }
  must(answer.__typename === 'SoldOut', 'nothing else stands in the way', answer);
  const typeId = answer.soldOut.id;
  const wanted = quantityOf(lines, typeId);
  must(answer.available < wanted, 'only what is not there is sold out', answer);
  if (!isAlone) return;
  const capacity = model.types.find(({ id }) => id === typeId)?.capacity ?? 0;
  const taken = model.perhapsTaken(typeId, at);
  must(
    taken + wanted > capacity,
    `sold out, though of ${capacity} at most ${taken} are taken:`,
    answer,
    wanted,
  );
}

/** How long answers are kept. */
const aDay = 24 * 60 * 60_000;

export const reserveAgain = (pick: number): Action =>
  onOne(
    'reserveAgain',
    pick,
    ({ reservations }) => reservations,
    async (request, scene) => {
      if (scene.world.now() - request.at > aDay / 2) return;
      const answer = await askForTickets(scene, request);
      must(answer.id === request.orderId, 'one key is answered once:', answer, request.orderId);
    },
  );

export const cancel = (pick: number): Action =>
  onOne(
    'cancel',
    pick,
    ({ orders }) => orders,
    async (order, { model, world, isAlone }) => {
      const isFree = model.surelyHolds(order, world.now() + 1_000) && !model.mayBePaid(order);
      const mustWork = isAlone && isFree && order.total > 0;
      order.isCancelAsked = true;
      const reply = await world.ask('ticket', cancelOrder, { id: order.id }, order.buyer);
      mustBeExpected(reply, 'CONFLICT');
      must(!mustWork || reply.kind !== 'refused', 'an order that waits can be canceled:', reply);
      if (reply.kind !== 'data') return;
      must(reply.data.answer.status === 'CANCELED', 'what is canceled is so at once', reply);
      order.isCanceled = true;
    },
  );

export const buyListed = (pick: number, buyer: number): Action =>
  onOne(
    'buyListed',
    pick,
    ({ listings }) => listings,
    async (listing, scene) => {
      const others = scene.world.buyers.filter(({ id }) => id !== listing.seller.id);
      const viewer = chosen(others, buyer);
      if (viewer) await holdListing(scene, listing, viewer);
    },
    `buyer${buyer}`,
  );

async function holdListing({ model, world }: Scene, listing: KnownListing, buyer: UserViewer): Promise<void> {
  const at = world.now();
  const variables = { id: listing.id, key: newId() };
  const reply = await world.askKeyed('ticket', reserveListing, variables, buyer);
  must(reply.kind === 'data', 'a listing is held or gone:', reply);
  const { answer } = reply.data;
  if (answer.__typename !== 'Order') return;
  must(answer.total.amount === listing.price, 'a listed ticket costs what its seller asked', answer, listing);
  must(at < model.endsAt, 'nothing is sold on once the event is over', answer);
  mustHaveItsTime(answer, at, world.now());
  const lines = [{ typeId: typeOf(model, listing), quantity: 1 }];
  model.orders.push(orderOf(answer, buyer, lines, listing.id));
}

function typeOf(model: SaleModel, { ticketId }: KnownListing): string {
  return model.sight.tickets.get(ticketId)?.typeId ?? '';
}
