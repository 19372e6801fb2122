import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Allocation, allocate, type Basket } from '../domain/allocation.ts';
import type { SaleEvent } from '../domain/sale-event.ts';
import type { TicketTypeRecord } from '../domain/ticket-type.ts';

const at = (time: string) => new Date(`2026-05-01T${time}:00.000Z`);
const now = at('10:00');
const largestTotal = 1_000;
const published: SaleEvent = {
  id: 'evt1',
  status: 'PUBLISHED',
  capacity: null,
  gates: [],
  endsAt: at('20:00'),
  updatedAt: at('00:00'),
  hasSales: false,
};

const typeOf = (id: string, change: Partial<TicketTypeRecord> = {}): TicketTypeRecord => ({
  id,
  eventId: published.id,
  name: id,
  description: null,
  price: 100,
  currency: 'EUR',
  capacity: 5,
  salesStart: null,
  salesEnd: null,
  maxPerOrder: 4,
  validFrom: null,
  validUntil: null,
  gates: null,
  sold: 0,
  reserved: 0,
  revenue: 0,
  ...change,
});

const basket = (...lines: readonly (readonly [id: string, quantity: number])[]): Basket => ({
  lines: lines.map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity })),
});

const deal = (types: readonly TicketTypeRecord[], baskets: readonly Basket[], event = published) =>
  allocate(event, types, baskets, { now, largestTotal });

const names = ['a', 'b', 'c', 'd'];
const seldom = <T>(usual: T, other: T) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 9 }, fc.constant(other));

const someType = (id: string) =>
  fc
    .record({
      left: fc.nat(9),
      sold: fc.nat(5),
      reserved: fc.nat(5),
      price: fc.constantFrom(0, 40, 150),
      currency: seldom('EUR', 'USD'),
      maxPerOrder: fc.integer({ min: 1, max: 6 }),
      salesStart: seldom<Date | null>(null, at('10:01')),
      salesEnd: seldom<Date | null>(null, at('10:00')),
    })
    .map(({ left, ...type }) => typeOf(id, { ...type, capacity: left + type.sold + type.reserved }));
const someTypes = fc.tuple(...names.map(someType));
const someBasket = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names, ...names, 'unknown'), fc.integer({ min: 1, max: 5 })), {
    selector: ([id]) => id,
    minLength: 1,
    maxLength: 4,
  })
  .map((lines) => basket(...lines));
const someBaskets = fc.array(someBasket, { maxLength: 15 });

/** Holds for whatever may be on sale and wanted. */
function always(rule: (types: readonly TicketTypeRecord[], baskets: readonly Basket[]) => void): void {
  fc.assert(fc.property(someTypes, someBaskets, rule), { numRuns: 500 });
}

const quantities = ({ lines }: Basket) => lines.map(({ ticketTypeId, quantity }) => [ticketTypeId, quantity]);
const dealt = (allocation: Allocation | undefined) =>
  allocation?.kind === 'allocated' ? allocation.lines.map(({ type, quantity }) => [type.id, quantity]) : [];

/** What is left for each basket when its turn comes, from what those before it were given. */
function leftBefore(types: readonly TicketTypeRecord[], allocations: ReadonlyMap<Basket, Allocation>) {
  const left = Object.fromEntries(types.map((type) => [type.id, type.capacity - type.sold - type.reserved]));
  return [...allocations].map(([wanted, allocation]) => {
    const before = { ...left };
    if (allocation.kind === 'allocated') {
      for (const { type, quantity } of allocation.lines) left[type.id] = (left[type.id] ?? 0) - quantity;
    }
    return { wanted, allocation, before, after: { ...left } };
  });
}

/** Everything that stands in the way of a basket, in no order. */
function obstaclesOf({ lines }: Basket, types: readonly TicketTypeRecord[], left: Record<string, number>) {
  const wanted = lines.map(({ ticketTypeId, quantity }) => ({
    type: types.find(({ id }) => id === ticketTypeId),
    quantity,
  }));
  const known = wanted.flatMap(({ type, quantity }) => (type ? [{ type, quantity }] : []));
  const holds = {
    'unknown-type': known.length < wanted.length,
    'mixed-currencies': known.some(({ type }) => type.currency !== known[0]?.type.currency),
    closed: known.some(({ type }) => type.salesStart !== null || type.salesEnd !== null),
    'over-limit': known.some(({ type, quantity }) => quantity > type.maxPerOrder),
    'sold-out': known.some(({ type, quantity }) => quantity > (left[type.id] ?? 0)),
    'too-expensive':
      known.reduce((total, { type, quantity }) => total + quantity * type.price, 0) > largestTotal,
  };
  return Object.entries(holds).flatMap(([kind, isSo]) => (isSo ? [kind] : []));
}

describe('dealing out what is left', () => {
  test('answers every basket once', () => {
    always((types, baskets) => {
      expect([...deal(types, baskets).keys()]).toEqual(baskets);
    });
  });

  test('never gives more than there is', () => {
    always((types, baskets) => {
      for (const { after } of leftBefore(types, deal(types, baskets))) {
        expect(Math.min(...Object.values(after))).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('gives all of a basket or nothing', () => {
    always((types, baskets) => {
      for (const [wanted, allocation] of deal(types, baskets)) {
        expect(dealt(allocation)).toEqual(allocation.kind === 'allocated' ? quantities(wanted) : []);
      }
    });
  });

  test('gives a basket unless something stands in its way, and says what does', () => {
    always((types, baskets) => {
      for (const { wanted, allocation, before } of leftBefore(types, deal(types, baskets))) {
        const obstacles = obstaclesOf(wanted, types, before);
        expect(obstacles.length === 0 ? ['allocated'] : obstacles).toContain(allocation.kind);
      }
    });
  });

  test('says of a type that ran out how many were left just then', () => {
    always((types, baskets) => {
      for (const { wanted, allocation, before } of leftBefore(types, deal(types, baskets))) {
        if (allocation.kind !== 'sold-out') continue;
        const line = wanted.lines.find(({ ticketTypeId }) => ticketTypeId === allocation.typeId);
        expect(allocation.available).toBe(before[allocation.typeId]);
        expect(line?.quantity).toBeGreaterThan(allocation.available);
      }
    });
  });

  test('lets nobody who comes later change what an earlier one gets', () => {
    always((types, baskets) => {
      const all = deal(types, baskets);
      const first = baskets.slice(0, Math.ceil(baskets.length / 2));
      for (const [wanted, allocation] of deal(types, first)) expect(all.get(wanted)).toEqual(allocation);
    });
  });

  test('takes nothing for a basket that it refuses', () => {
    always((types, baskets) => {
      const all = deal(types, baskets);
      const given = baskets.filter((wanted) => all.get(wanted)?.kind === 'allocated');
      for (const [wanted, allocation] of deal(types, given)) expect(all.get(wanted)).toEqual(allocation);
    });
  });

  test('serves the first who comes, and a smaller basket behind one that is too large', () => {
    const baskets = [basket(['a', 3]), basket(['a', 3]), basket(['a', 2]), basket(['a', 1])];
    const kinds = [...deal([typeOf('a')], baskets).values()].map(({ kind }) => kind);
    expect(kinds).toEqual(['allocated', 'sold-out', 'allocated', 'sold-out']);
  });

  test('counts what is sold and what is held as gone', () => {
    const types = [typeOf('a', { sold: 2, reserved: 2 })];
    const two = basket(['a', 2]);
    expect(deal(types, [two]).get(two)).toEqual({ kind: 'sold-out', typeId: 'a', available: 1 });
  });
});

describe('a basket', () => {
  const types = [
    typeOf('a'),
    typeOf('dollars', { currency: 'USD' }),
    typeOf('early', { salesStart: at('10:01'), capacity: 0 }),
    typeOf('late', { salesEnd: at('10:00') }),
    typeOf('open', { salesStart: now, salesEnd: at('10:01') }),
    typeOf('gone', { sold: 5 }),
    typeOf('dear', { price: largestTotal }),
  ];
  const answer = (wanted: Basket, event = published) => deal(types, [wanted], event).get(wanted);
  const over = { kind: 'closed', opensAt: null } as const;

  test.each<[string, Basket, Partial<Allocation>]>([
    [
      'of an unknown type before all else',
      basket(['x', 99], ['a', 1], ['dollars', 1]),
      { kind: 'unknown-type' },
    ],
    ['of two currencies', basket(['a', 1], ['dollars', 99]), { kind: 'mixed-currencies' }],
    ['before the sale, with its opening', basket(['early', 1]), { kind: 'closed', opensAt: at('10:01') }],
    ['from the moment that the sale ends', basket(['late', 1]), { ...over, typeId: 'late' }],
    ['by the first line in its way', basket(['a', 5], ['late', 1]), { kind: 'over-limit', maxPerOrder: 4 }],
    ['over the limit before it is sold out', basket(['gone', 5]), { kind: 'over-limit', typeId: 'gone' }],
    ['of which one type is gone', basket(['a', 1], ['gone', 1]), { kind: 'sold-out', available: 0 }],
    ['that costs too much', basket(['dear', 1], ['a', 1]), { kind: 'too-expensive' }],
  ])('%s is refused', (_which, wanted, refusal) => {
    expect(answer(wanted)).toMatchObject(refusal);
  });

  test('up to the limit, up to the largest total, and from the moment that the sale opens is given', () => {
    for (const wanted of [basket(['a', 4]), basket(['dear', 1]), basket(['open', 1])])
      expect(dealt(answer(wanted))).toEqual(quantities(wanted));
  });

  test.each<[string, Partial<SaleEvent>]>([
    ['is over', { endsAt: now }],
    ['is canceled', { status: 'CANCELED' }],
    ['is a draft', { status: 'DRAFT' }],
  ])('of an event that %s is closed for good, though its sale would open later', (_what, change) => {
    for (const wanted of [basket(['a', 1]), basket(['early', 1])]) {
      expect(answer(wanted, { ...published, ...change })).toMatchObject(over);
    }
  });

  test('is closed when the event ends, though the type were sold for longer', () => {
    const longer = [typeOf('a', { salesEnd: at('23:00') })];
    const one = basket(['a', 1]);
    const terms = { now: at('20:00'), largestTotal };
    expect(allocate(published, longer, [one], terms).get(one)).toMatchObject(over);
  });
});
