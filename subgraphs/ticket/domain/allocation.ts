import type { SaleEvent } from './sale-event.ts';
import { saleState, type TicketTypeRecord } from './ticket-type.ts';

export interface BasketLine {
  readonly ticketTypeId: string;
  readonly quantity: number;
}

/** What one buyer wants: all of it or nothing. */
export interface Basket {
  readonly lines: readonly BasketLine[];
}

export interface AllocatedLine {
  readonly type: TicketTypeRecord;
  readonly quantity: number;
}

export type Allocation =
  | { readonly kind: 'allocated'; readonly lines: readonly AllocatedLine[] }
  | { readonly kind: 'sold-out'; readonly typeId: string; readonly available: number }
  | { readonly kind: 'closed'; readonly typeId: string; readonly opensAt: Date | null }
  | { readonly kind: 'over-limit'; readonly typeId: string; readonly maxPerOrder: number }
  | { readonly kind: 'unknown-type' }
  | { readonly kind: 'mixed-currencies' }
  | { readonly kind: 'too-expensive' };

export interface AllocationTerms {
  readonly now: Date;
  /** The most that one order may cost, in minor units. */
  readonly largestTotal: number;
}

/** Deals out what is left of the types, first come first served. The rows of `types` must be held meanwhile. */
export function allocate<B extends Basket>(
  event: SaleEvent,
  types: readonly TicketTypeRecord[],
  baskets: readonly B[],
  terms: AllocationTerms,
): Map<B, Allocation> {
  const byId = new Map(types.map((type) => [type.id, type]));
  const left = new Map(types.map(({ id, capacity, sold, reserved }) => [id, capacity - sold - reserved]));
  const allocations = new Map<B, Allocation>();
  for (const basket of baskets) {
    const lines = basket.lines.flatMap(({ ticketTypeId, quantity }) => {
      const type = byId.get(ticketTypeId);
      return type ? [{ type, quantity }] : [];
    });
    const allocation =
      lines.length < basket.lines.length
        ? { kind: 'unknown-type' as const }
        : (obstacle(event, lines, left, terms) ?? { kind: 'allocated' as const, lines });
    if (allocation.kind === 'allocated') {
      for (const { type, quantity } of lines) left.set(type.id, (left.get(type.id) ?? 0) - quantity);
    }
    allocations.set(basket, allocation);
  }
  return allocations;
}

/** What stands in the way of a basket; what the buyer can mend comes before what they cannot. */
function obstacle(
  event: SaleEvent,
  lines: readonly AllocatedLine[],
  left: ReadonlyMap<string, number>,
  { now, largestTotal }: AllocationTerms,
): Exclude<Allocation, { kind: 'allocated' }> | undefined {
  if (new Set(lines.map(({ type }) => type.currency)).size > 1) return { kind: 'mixed-currencies' };
  for (const { type, quantity } of lines) {
    const sale = saleState(type, event, now);
    if (!sale.isOpen) return { kind: 'closed', typeId: type.id, opensAt: sale.opensAt };
    if (quantity > type.maxPerOrder)
      return { kind: 'over-limit', typeId: type.id, maxPerOrder: type.maxPerOrder };
  }
  for (const { type, quantity } of lines) {
    const available = left.get(type.id) ?? 0;
    if (quantity > available) return { kind: 'sold-out', typeId: type.id, available };
  }
  return totalOf(lines) > largestTotal ? { kind: 'too-expensive' } : undefined;
}

/** In minor units. */
export function totalOf(lines: readonly AllocatedLine[]): number {
  return lines.reduce((total, { type, quantity }) => total + type.price * quantity, 0);
}
