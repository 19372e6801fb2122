import fc from 'fast-check';
import type { Action } from './action.ts';
import { buyListed, cancel, reserve, reserveAgain } from './buying-actions.ts';
import { scan, scanBoth, undo } from './door-actions.ts';
import { look } from './look.ts';
import { authenticate, methods, pay, payAgain, paySlowly, refund } from './paying-actions.ts';
import type { SaleModel } from './sale-model.ts';
import { type SaleWorld, works } from './sale-world.ts';
import { callOff, crash, deliver, hold, pass, release, repeat, restart, runWork } from './system-actions.ts';
import { block, list, payOut, transfer, unblock, withdraw } from './ticket-actions.ts';

type Weighted = fc.WeightedArbitrary<Action>;

const one = fc.nat(11);
const buyer = fc.nat(3);
/** Which of what is held back comes next, some times. */
const picks = fc.array(one, { minLength: 1, maxLength: 4 });
const anyOf = (weight: number, arbitrary: fc.Arbitrary<Action>): Weighted => ({ weight, arbitrary });

const method = fc.oneof({ weight: 6, arbitrary: fc.constant(methods[0]) }, fc.constantFrom(...methods));
const wanted = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(1));

/** What is impossible at its turn is left out and costs nothing, so that what is seldom possible weighs more. */
const ofPeople: Weighted[] = [
  anyOf(
    6,
    fc.tuple(buyer, wanted).map((given) => reserve(...given)),
  ),
  anyOf(1, one.map(reserveAgain)),
  anyOf(
    8,
    fc.tuple(one, method, fc.constantFrom(1, 1, 1, 2)).map((given) => pay(...given)),
  ),
  anyOf(1, one.map(payAgain)),
  anyOf(1, one.map(paySlowly)),
  anyOf(
    6,
    fc.tuple(one, fc.constantFrom(true, true, false)).map((given) => authenticate(...given)),
  ),
  anyOf(1, one.map(cancel)),
  anyOf(
    4,
    fc.tuple(one, buyer).map((given) => transfer(...given)),
  ),
  anyOf(
    4,
    fc.tuple(one, fc.constantFrom(100, 60)).map((given) => list(...given)),
  ),
  anyOf(1, one.map(withdraw)),
  anyOf(
    6,
    fc.tuple(one, buyer).map((given) => buyListed(...given)),
  ),
  anyOf(3, one.map(refund)),
  anyOf(2, one.map(payOut)),
  anyOf(1, one.map(block)),
  anyOf(1, one.map(unblock)),
  anyOf(
    6,
    fc.tuple(one, fc.constantFrom(0, 0, 1, 2)).map((given) => scan(...given)),
  ),
  anyOf(
    4,
    fc.tuple(one, one).map((given) => scanBoth(...given)),
  ),
  anyOf(2, one.map(undo)),
];

const ofTheSystem: Weighted[] = [
  anyOf(2, fc.constantFrom('a while', 'the window').map(pass)),
  anyOf(3, fc.constant(pass('a payment'))),
  anyOf(3, fc.constantFrom(...works).map(runWork)),
  anyOf(
    3,
    fc.constantFrom('ticket', 'payment', 'attendance', 'attendance').map((consumer) => hold(consumer)),
  ),
  anyOf(6, picks.map(deliver)),
  anyOf(3, fc.constant(release)),
  anyOf(1, one.map(repeat)),
  anyOf(1, fc.constant(crash)),
];

/** They end a sale, or stop the system in peace: with others at once there is nothing more to see. */
const rare: Weighted[] = [
  anyOf(1, fc.constant(callOff)),
  anyOf(1, fc.constant(restart)),
  anyOf(1, fc.constant(pass('the event'))),
];

/** What is started at once; then all that it told is waited for. */
export class Step implements fc.AsyncCommand<SaleModel, SaleWorld> {
  readonly #actions: readonly Action[];

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  check(model: SaleModel): boolean {
    return this.#actions.some((action) => action.isPossible(model));
  }

  async run(model: SaleModel, world: SaleWorld): Promise<void> {
    const possible = this.#actions.filter((action) => action.isPossible(model));
    const isAlone = possible.length === 1 && !world.isBusy;
    const outcomes = await Promise.allSettled(
      possible.map((action) => action.run({ model, world, isAlone })),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    await world.settle();
    await look(world, model);
  }

  toString(): string {
    return this.#actions.map(({ label }) => label).join(' & ');
  }
}

const alone = fc.oneof(...ofPeople, ...ofTheSystem, ...rare).map((action) => new Step([action]));
const together = fc
  .array(fc.oneof(...ofPeople, ...ofTheSystem), { minLength: 2, maxLength: 3 })
  .map((actions) => new Step(actions));

/** @param most how many there are at the most */
export const steps = (most: number) =>
  fc.commands([fc.oneof({ weight: 3, arbitrary: alone }, { weight: 1, arbitrary: together })], {
    maxCommands: most,
    size: 'max',
  });
