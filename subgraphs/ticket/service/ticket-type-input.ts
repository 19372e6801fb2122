import { badUserInput } from '@tixgo/platform/errors.ts';
import { cleanOptionalText, cleanText } from '@tixgo/platform/input-text.ts';
import { cleanMoney, type Money } from '@tixgo/platform/money.ts';
import { given, type Optional } from '@tixgo/platform/optional-input.ts';
import type { SaleEvent } from '../domain/sale-event.ts';
import type { TicketTypeDetails } from '../domain/ticket-type.ts';

/** What a client may say of a type; undefined leaves it as it is. */
export interface TicketTypeInput {
  readonly name?: Optional<string>;
  readonly description?: Optional<string>;
  readonly price?: Optional<Money>;
  readonly capacity?: Optional<number>;
  readonly salesStart?: Optional<Date>;
  readonly salesEnd?: Optional<Date>;
  readonly maxPerOrder?: Optional<number>;
}

const largestCapacity = 1_000_000;
const largestLimit = 100;

/** @throws BAD_USER_INPUT naming the first field that is out of bounds */
export function cleanTicketType(input: TicketTypeInput): Partial<TicketTypeDetails> {
  const { name, description, price, capacity, salesStart, salesEnd, maxPerOrder } = input;
  return {
    ...(name !== undefined && { name: cleanText(given('name', name), { field: 'name', max: 100 }) }),
    ...(description !== undefined && {
      description: cleanOptionalText(description, { field: 'description', max: 2_000, multiline: true }),
    }),
    ...(price !== undefined && cleanPrice(given('price', price))),
    ...(capacity !== undefined && {
      capacity: within('capacity', given('capacity', capacity), largestCapacity),
    }),
    ...(salesStart !== undefined && { salesStart }),
    ...(salesEnd !== undefined && { salesEnd }),
    ...(maxPerOrder !== undefined && {
      maxPerOrder: within('maxPerOrder', given('maxPerOrder', maxPerOrder), largestLimit),
    }),
  };
}

function cleanPrice(price: Money): Pick<TicketTypeDetails, 'price' | 'currency'> {
  const { amount, currency } = cleanMoney(price, 'price');
  return { price: amount, currency };
}

/** @throws BAD_USER_INPUT for a window that ends before it starts */
export function assertWindows(
  details: Pick<TicketTypeDetails, 'salesStart' | 'salesEnd' | 'validFrom' | 'validUntil'>,
): void {
  const { salesStart, salesEnd, validFrom, validUntil } = details;
  if (salesStart !== null && salesEnd !== null && salesEnd <= salesStart)
    throw badUserInput('salesEnd', 'salesEnd must be after salesStart.');
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    throw badUserInput('validUntil', 'validUntil must be after validFrom.');
}

/** Null for every gate. @throws BAD_USER_INPUT for a gate that the event does not have */
export function cleanGates(gates: Optional<readonly string[]>, event: SaleEvent): string[] | null {
  if (gates === null || gates === undefined || gates.length === 0) return null;
  const names = gates.map((gate) => cleanText(gate, { field: 'gates', max: 64 }));
  if (new Set(names).size < names.length) throw badUserInput('gates', 'gates must not name one gate twice.');
  const unknown = names.find((name) => !event.gates.includes(name));
  if (unknown !== undefined) throw badUserInput('gates', `The event has no gate "${unknown}".`);
  return names;
}

function within(field: string, value: number, most: number): number {
  if (value < 1 || value > most) throw badUserInput(field, `${field} must be from 1 to ${most}.`);
  return value;
}
