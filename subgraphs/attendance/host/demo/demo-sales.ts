import type { TicketSubgraph } from '@tixgo/ticket/subgraph.ts';

type NewTicketType = Parameters<TicketSubgraph['services']['createTicketType']>[0];

export interface DemoTicketType
  extends Pick<NewTicketType, 'name' | 'price' | 'capacity' | 'description' | 'maxPerOrder' | 'gates'> {
  /** When the sale opens and closes, in hours before the event starts; left out: at once, and with the event. */
  readonly opens?: number;
  readonly closes?: number;
}

/** What one buyer orders at once. Nobody orders twice for one event: that tells what is there from what is to come. */
export interface DemoPurchase {
  /** Of `demoBuyerNames`. */
  readonly buyer: number;
  /** By the names of the types. */
  readonly quantities: Readonly<Record<string, number>>;
  /** Given: one of the tickets is offered again at that price, in minor units. */
  readonly resalePrice?: number;
}

/** What an event sells. One purchase at least: it says later that the types were all made. */
export interface DemoSale {
  readonly types: readonly DemoTicketType[];
  readonly purchases: readonly DemoPurchase[];
}

export const demoBuyerNames = ['demo-buyer-1', 'demo-buyer-2'];

const day = 24;

/** Free seats, and one that helps. */
export const openSourceSale: DemoSale = {
  types: [
    {
      name: 'Seat',
      description: 'Free of charge. Please give it back if you cannot come.',
      price: { amount: 0, currency: 'EUR' },
      capacity: 320,
      maxPerOrder: 4,
      closes: 1,
    },
    {
      name: 'Supporter seat',
      description: 'The same seat, and it pays for the soldering corner.',
      price: { amount: 1_500, currency: 'EUR' },
      capacity: 60,
      closes: 1,
    },
  ],
  purchases: [
    { buyer: 0, quantities: { Seat: 1, 'Supporter seat': 1 } },
    { buyer: 1, quantities: { Seat: 2 } },
  ],
};

/** A first lot that is gone, one on sale, and one whose sale is still to open. */
export const sambaSale: DemoSale = {
  types: [
    {
      name: '1º lote',
      price: { amount: 6_000, currency: 'BRL' },
      capacity: 12,
    },
    {
      name: '2º lote',
      price: { amount: 9_000, currency: 'BRL' },
      capacity: 900,
      closes: 2,
    },
    {
      name: 'Camarote',
      description: 'Mesa reservada no mezanino, com feijoada.',
      price: { amount: 22_000, currency: 'BRL' },
      capacity: 80,
      maxPerOrder: 6,
      gates: ['Portão Lateral'],
      opens: 14 * day,
      closes: day,
    },
  ],
  purchases: [
    { buyer: 0, quantities: { '1º lote': 8 } },
    { buyer: 1, quantities: { '1º lote': 4, '2º lote': 2 } },
  ],
};

export const stringsSale: DemoSale = {
  types: [
    {
      name: 'Stalls',
      price: { amount: 12_900, currency: 'ISK' },
      capacity: 320,
      maxPerOrder: 8,
      gates: ['Foyer'],
      closes: 1,
    },
    {
      name: 'Balcony',
      description: 'Up two flights of stairs; the best view of the organ.',
      price: { amount: 8_900, currency: 'ISK' },
      capacity: 140,
      maxPerOrder: 8,
      gates: ['Balcony'],
      closes: 1,
    },
  ],
  purchases: [
    { buyer: 1, quantities: { Balcony: 2 } },
    { buyer: 0, quantities: { Stalls: 3 }, resalePrice: 11_500 },
  ],
};
