import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { listTicket, reserveListing } from './ticket-holder.ts';
import { admin, buyer, reserveTickets, type TicketSystem } from './ticket-system.ts';

export interface Sale {
  readonly eventId: string;
  readonly typeIds: readonly string[];
  readonly people: readonly UserViewer[];
}

/** What there is of a sale, as those have seen it who are about to do something; each oldest first. */
export interface Sight {
  readonly tickets: readonly { readonly id: string; readonly holderId: string }[];
  readonly listings: readonly { readonly id: string; readonly sellerId: string }[];
  readonly unpaid: readonly { readonly id: string; readonly buyerId: string; readonly total: number }[];
  readonly paid: readonly { readonly id: string; readonly paidById: string; readonly refundable: number }[];
  readonly payouts: readonly { readonly id: string }[];
}

export async function look({ database: { pool } }: TicketSystem, { eventId }: Sale): Promise<Sight> {
  const all = (columns: string, from: string) =>
    `(select coalesce(json_agg(seen order by id), '[]') from (select ${columns} from ticket.${from}) seen)`;
  const bought = 'select coalesce(sum(price), 0)::int from ticket.purchase where order_id = o.id';
  const { rows } = await pool.query(
    `select
       ${all('id, holder_id as "holderId"', 'ticket where event_id = $1')} as tickets,
       ${all('id, seller_id as "sellerId"', "listing where event_id = $1 and status in ('OPEN', 'RESERVED')")} as listings,
       ${all('id, buyer_id as "buyerId", total', `"order" where event_id = $1 and status in ('PENDING', 'EXPIRED')`)} as unpaid,
       ${all(`id, paid_by_id as "paidById", (${bought} and payout_id is null) as refundable`, `"order" o where event_id = $1 and status = 'PAID'`)} as paid,
       ${all('id', 'payout where listing_id in (select id from ticket.listing where event_id = $1)')} as payouts`,
    [eventId],
  );
  return rows[0];
}

export interface Deed {
  readonly name: keyof typeof deeds;
  /** What it is done to, and by whom, of as many as there are. */
  readonly pick: number;
  readonly other: number;
}

/** Answers the code of a refusal. @throws when a fact was not taken, or work that runs by itself failed */
export async function doDeed(
  system: TicketSystem,
  sale: Sale,
  sight: Sight,
  { name, pick, other }: Deed,
): Promise<string | undefined> {
  const refusal: unknown = await deeds[name]({ system, sale, sight, pick, other });
  return typeof refusal === 'string' ? refusal : undefined;
}

interface Scene {
  readonly system: TicketSystem;
  readonly sale: Sale;
  readonly sight: Sight;
  readonly pick: number;
  readonly other: number;
}

const one = <T>(things: readonly T[], pick: number): T | undefined => things[pick % things.length];
const person = ({ sale: { people } }: Scene, id: string | undefined) =>
  people.find((each) => each.id === id) ?? buyer();
const someone = ({ sale: { people }, other }: Scene) => one(people, other) ?? buyer();

async function ask(
  { system: { client } }: Scene,
  query: string,
  variables: Record<string, unknown>,
  viewer: UserViewer,
): Promise<string | undefined> {
  const { errors } = await client.answer(query, variables, viewer);
  return errors && String(errors[0]?.extensions?.code);
}

/** What somebody does to one of what there is; to nothing where there is none. */
const askAbout =
  <Kind extends 'tickets' | 'listings' | 'unpaid' | 'payouts'>(
    kind: Kind,
    query: string,
    by: (one: Sight[Kind][number], scene: Scene) => UserViewer,
    variables: (scene: Scene) => Record<string, unknown> = () => ({}),
  ) =>
  async (scene: Scene) => {
    const thing: Sight[Kind][number] | undefined = one(scene.sight[kind], scene.pick);
    return thing && (await ask(scene, query, { id: thing.id, ...variables(scene) }, by(thing, scene)));
  };

const dispute = (standing: 'LOST' | 'WON') => async (scene: Scene) => {
  const paid = one(scene.sight.paid, scene.pick);
  if (!paid) return;
  const { id: orderId, paidById: paymentId } = paid;
  await scene.system.tell('payment.disputed', orderId, { orderId, paymentId, standing });
};

export const deeds = {
  list: askAbout(
    'tickets',
    listTicket,
    ({ holderId }, scene) => person(scene, holderId),
    (scene) => ({
      ticketId: one(scene.sight.tickets, scene.pick)?.id,
      price: { amount: 2000, currency: 'EUR' },
    }),
  ),
  transfer: askAbout(
    'tickets',
    'mutation ($id: ID!, $to: String!) { transferTicket(id: $id, toUsername: $to) { id } }',
    ({ holderId }, scene) => person(scene, holderId),
    (scene) => ({ to: someone(scene).username }),
  ),
  block: askAbout(
    'tickets',
    'mutation ($id: ID!) { blockTicket(id: $id, reason: "Stolen") { id } }',
    () => admin,
  ),
  unblock: askAbout('tickets', 'mutation ($id: ID!) { unblockTicket(id: $id) { id } }', () => admin),
  withdraw: askAbout(
    'listings',
    'mutation ($id: ID!) { cancelListing(id: $id) { id } }',
    ({ sellerId }, scene) => person(scene, sellerId),
  ),
  take: askAbout(
    'listings',
    reserveListing,
    (_listing, scene) => someone(scene),
    () => ({ key: newId() }),
  ),
  cancel: askAbout('unpaid', 'mutation ($id: ID!) { cancelOrder(id: $id) { id } }', ({ buyerId }, scene) =>
    person(scene, buyerId),
  ),
  settle: askAbout('payouts', 'mutation ($id: ID!) { settlePayout(id: $id) { id } }', () => admin),
  reserve: async (scene: Scene) => {
    const { eventId, typeIds } = scene.sale;
    const lines = typeIds.map((ticketTypeId) => ({ ticketTypeId, quantity: 1 }));
    return await ask(
      scene,
      reserveTickets,
      { input: { eventId, lines, idempotencyKey: newId() } },
      someone(scene),
    );
  },
  enlarge: async (scene: Scene) => {
    const query =
      'mutation ($id: ID!, $to: Int!) { updateTicketType(id: $id, input: { capacity: $to }) { id } }';
    return await ask(scene, query, { id: one(scene.sale.typeIds, scene.pick), to: 20 + scene.other }, admin);
  },
  /** Begun in time, whenever it is heard of. */
  pay: async ({ system, sight, pick }: Scene) => {
    const order = one(sight.unpaid, pick);
    if (!order) return;
    const { id: orderId, total: amount } = order;
    const payment = { orderId, paymentId: newId() };
    await system.tell('payment.started', orderId, { ...payment, at: '2026-05-01T10:00:00.000Z' });
    await system.tell('payment.succeeded', orderId, { ...payment, amount });
  },
  refund: async ({ system, sight, pick }: Scene) => {
    const paid = one(sight.paid, pick);
    if (!paid) return;
    const { id: orderId, paidById: paymentId, refundable: amount } = paid;
    await system.tell('payment.refunded', orderId, { orderId, paymentId, amount });
  },
  lose: dispute('LOST'),
  win: dispute('WON'),
  /** Some go in and some come out, in any order. */
  admit: async ({ system, sale: { eventId }, sight, pick, other }: Scene) => {
    const all = sight.tickets.map(({ id }, index) => ({ ticketId: id, admitted: (pick >> index) % 2 === 1 }));
    const from = other % all.length;
    const tickets = [...all.slice(from), ...all.slice(0, from)].slice(0, 3);
    await system.tell('attendance.tickets-admitted', eventId, { eventId, tickets });
  },
  sweep: async ({ system }: Scene) => {
    while (await system.subgraph.services.sweepLapsedOrders());
  },
  unwind: async ({ system }: Scene) => {
    while (await system.subgraph.services.unwindCanceledEvents());
  },
  callOff: async ({ system, sale: { eventId }, pick }: Scene) => {
    if (pick > 5) return;
    const updatedAt = new Date().toISOString();
    await system.event({ eventId, status: 'CANCELED', endsAt: '2026-07-01T00:00:00.000Z', updatedAt });
  },
} satisfies Record<string, (scene: Scene) => Promise<unknown>>;

/** Those are done more often that there is nothing to see without. */
export const deedNames = [
  ...(Object.keys(deeds) as (keyof typeof deeds)[]),
  ...(['list', 'list', 'take', 'take', 'pay', 'pay', 'admit', 'refund'] as const),
];
