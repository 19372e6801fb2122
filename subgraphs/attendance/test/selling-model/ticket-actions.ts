import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type Action, chosen, must, mustBeExpected, onOne, type Scene } from './action.ts';
import {
  blockTicket,
  cancelListing,
  listTicket,
  settlePayout,
  transferTicket,
  unblockTicket,
} from './documents.ts';
import { look } from './look.ts';
import type { SaleModel, SeenTicket } from './sale-model.ts';
import type { Reply } from './sale-world.ts';

const seenTickets = ({ sight }: SaleModel) => [...sight.tickets.values()];

function holderOf({ world }: Scene, { holderId }: SeenTicket): UserViewer {
  const holder = world.buyers.find(({ id }) => id === holderId);
  if (!holder) throw new Error(`Nobody of ours holds a ticket: ${holderId}.`);
  return holder;
}

export const transfer = (pick: number, to: number): Action =>
  onOne(
    'transfer',
    pick,
    seenTickets,
    async (ticket, scene) => {
      const { model, world, isAlone } = scene;
      const holder = holderOf(scene, ticket);
      const receiver = chosen(
        world.buyers.filter(({ id }) => id !== holder.id),
        to,
      ) as UserViewer;
      const variables = { id: ticket.id, to: receiver.username };
      const reply = await world.ask('ticket', transferTicket, variables, holder);
      const known = model.ticket(ticket.id);
      if (reply.kind === 'lost') known.lostTransfers += 1;
      await mustFitStanding(scene, ticket, reply);
      if (reply.kind !== 'data') return;
      known.transfers += 1;
      const { answer } = reply.data;
      if (isAlone) must(answer.codeNumber === ticket.number + 1, 'a new hand has a new code', answer, ticket);
      must(answer.holder.id === receiver.id, 'a ticket goes to who was named', answer, receiver.id);
    },
    `buyer${to}`,
  );

/** A ticket that admits and was not used moves, and no other; two at once see one another, so only one alone counts. */
async function mustFitStanding(scene: Scene, before: SeenTicket, reply: Reply): Promise<void> {
  const { model, world, isAlone } = scene;
  mustBeExpected(reply, 'CONFLICT', ...(isAlone ? [] : ['NOT_FOUND']));
  if (!isAlone || reply.kind === 'lost' || world.broker.isHolding()) return;
  if (reply.kind === 'data') {
    must(isMovable(scene, before), 'a ticket that is bound stays where it is:', before);
    return;
  }
  if (!isMovable(scene, before)) return;
  await world.settle();
  await look(world, model);
  const now = model.sight.tickets.get(before.id) ?? before;
  must(!isMovable(scene, now), 'a ticket that is free can move:', now, reply);
}

function isMovable({ model, world }: Scene, { standing, isAdmitted }: SeenTicket): boolean {
  return standing === 'ADMISSIBLE' && !isAdmitted && !model.isEventCancelAsked && world.now() < model.endsAt;
}

/** @param percent of what it first cost */
export const list = (pick: number, percent: number): Action =>
  onOne(
    'list',
    pick,
    (model) => seenTickets(model).filter((ticket) => priceOf(model, ticket) > 0),
    async (ticket, scene) => {
      const price = Math.max(1, Math.floor((priceOf(scene.model, ticket) * percent) / 100));
      const seller = holderOf(scene, ticket);
      const reply = await scene.world.ask('ticket', listTicket, { id: ticket.id, price }, seller);
      await mustFitStanding(scene, ticket, reply);
      if (reply.kind !== 'data') return;
      scene.model.listings.push({ id: reply.data.answer.id, ticketId: ticket.id, seller, price });
    },
    `${percent} %`,
  );

function priceOf({ types }: SaleModel, { typeId }: SeenTicket): number {
  return types.find(({ id }) => id === typeId)?.price ?? 0;
}

export const withdraw = (pick: number): Action =>
  onOne(
    'withdraw',
    pick,
    ({ listings }) => listings,
    async ({ id, seller }, { world }) => {
      const reply = await world.ask('ticket', cancelListing, { id }, seller);
      mustBeExpected(reply, 'CONFLICT');
      if (reply.kind === 'data') must(reply.data.answer.status === 'CANCELED', 'a listing ends', reply);
    },
  );

export const payOut = (pick: number): Action =>
  onOne(
    'payOut',
    pick,
    ({ sight }) => sight.payouts,
    async ({ id }, { model, world }) => {
      const reply = await world.ask('ticket', settlePayout, { id }, world.admin);
      mustBeExpected(reply, 'CONFLICT');
      if (reply.kind === 'data') model.settledPayouts.add(id);
    },
  );

export const block = (pick: number): Action =>
  onOne('block', pick, seenTickets, async ({ id }, { world }) => {
    const reply = await world.ask('ticket', blockTicket, { id }, world.admin);
    mustBeExpected(reply, 'CONFLICT');
  });

export const unblock = (pick: number): Action =>
  onOne('unblock', pick, seenTickets, async ({ id }, { world }) => {
    const reply = await world.ask('ticket', unblockTicket, { id }, world.admin);
    mustBeExpected(reply, 'CONFLICT');
  });
