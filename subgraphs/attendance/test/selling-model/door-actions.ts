import { type Action, chosen, must, mustBeExpected, onOne, type Scene } from './action.ts';
import { checkIn, undoCheckIn } from './documents.ts';
import { look } from './look.ts';
import type { KnownTicket, SaleModel } from './sale-model.ts';

/** `ADMITTED`, or why not. */
type DoorAnswer = string;

/** @param age 0: the newest code that anyone has seen; 1: the one before it; and so on */
export const scan = (pick: number, age: number): Action =>
  onOne(
    'scan',
    pick,
    ({ tickets }) => [...tickets.values()].filter(({ codes }) => codes.size > 0),
    async (ticket, scene) => {
      const numbers = [...ticket.codes.keys()].sort((a, b) => b - a);
      const number = chosen(numbers, Math.min(age, numbers.length - 1)) ?? 1;
      await show(scene, ticket, number);
    },
    age === 0 ? 'newest' : `older by ${age}`,
  );

/** Two people come with two codes of one ticket, and a fact that was held back comes between them. */
export const scanBoth = (pick: number, next: number): Action =>
  onOne(
    'scanBoth',
    pick,
    ({ tickets }) => [...tickets.values()].filter(({ codes }) => codes.size > 1),
    async (ticket, scene) => {
      const numbers = [...ticket.codes.keys()];
      await show(scene, ticket, Math.max(...numbers));
      await scene.world.broker.deliver([next]);
      await show(scene, ticket, Math.min(...numbers));
    },
    `fact #${next} between`,
  );

async function show(scene: Scene, ticket: KnownTicket, number: number): Promise<void> {
  const { model, world } = scene;
  const { doorKnows: knew, isVoidAtDoor: wasVoid } = ticket;
  const input = { eventId: model.eventId, code: ticket.codes.get(number) };
  const expected = expectedAtDoor(model, ticket, number);
  const reply = await world.ask('attendance', checkIn, { input }, world.scanner);
  must(reply.kind !== 'refused', 'a scan is answered:', reply);
  if (reply.kind === 'lost') {
    ticket.lostScans += 1;
    return;
  }
  const { id, reason } = reply.data.answer;
  const said: DoorAnswer = reason ?? 'ADMITTED';
  if (said === 'ADMITTED') ticket.admissions.add(id);
  const isTurnedAway = said === 'REVOKED' || (said === 'CANCELED' && model.isEventCancelAsked);
  must(
    number >= knew || isTurnedAway,
    `the door knows of code ${knew}, and let ${number} through:`,
    said,
    ticket.id,
  );
  must(!wasVoid || said !== 'ADMITTED', 'a void ticket is void for good:', ticket.id);
  must(said !== 'INVALID', 'a code of TixGo is known as such:', ticket.id);
  learn(model, ticket, number, said);
  if (expected !== said) await mustBeNews(scene, ticket, number, said, expected);
}

/** What the door says when it has heard everything. */
function expectedAtDoor(model: SaleModel, { id }: KnownTicket, number: number): DoorAnswer {
  const seen = model.sight.tickets.get(id);
  if (model.isEventCanceled) return 'CANCELED';
  if (!seen) return 'INVALID';
  if (number < seen.number) return 'REVOKED';
  if (seen.standing !== 'ADMISSIBLE') return seen.standing;
  return seen.isAdmitted ? 'ALREADY_REDEEMED' : 'ADMITTED';
}

function learn(model: SaleModel, ticket: KnownTicket, number: number, said: DoorAnswer): void {
  // It may be the event's.
  if (said === 'CANCELED' && model.isEventCancelAsked) return;
  ticket.doorKnows = Math.max(ticket.doorKnows, said === 'REVOKED' ? number + 1 : number);
  ticket.isVoidAtDoor ||= said === 'CANCELED';
}

/** The ticket may have changed since it was seen, by work that runs by itself: then the answer fits what it is now. */
async function mustBeNews(
  { model, world, isAlone }: Scene,
  ticket: KnownTicket,
  number: number,
  said: DoorAnswer,
  expected: DoorAnswer,
): Promise<void> {
  if (!isAlone || world.broker.isHolding() || ticket.lostScans > 0) return;
  await world.settle();
  await look(world, model);
  must(expectedAtDoor(model, ticket, number) === said, `the door was to say ${expected}:`, said, ticket.id);
}

export const undo = (pick: number): Action =>
  onOne(
    'undo',
    pick,
    ({ tickets }) => [...tickets.values()].filter(({ inside }) => inside > 0),
    async (ticket, { world }) => {
      const id = [...ticket.admissions].find((admission) => !ticket.undone.has(admission));
      if (id === undefined) return;
      const reply = await world.ask('attendance', undoCheckIn, { id }, world.admin);
      mustBeExpected(reply, 'CONFLICT');
      if (reply.kind === 'lost') ticket.lostScans += 1;
      // Undone already, by a request whose answer was lost, or by one at the same time.
      else ticket.undone.add(id);
    },
  );
