import { type Connection, idCursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { OrderRecord, OrderStatus } from '../domain/order.ts';
import { listOrders as selectOrders } from '../store/order-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertFilterEventId, assertFilterUserId } from './list-filter.ts';

export interface OrderListArguments extends PageArguments {
  readonly filter?: Optional<{
    readonly eventId?: Optional<string>;
    readonly status?: Optional<OrderStatus>;
    readonly buyerId?: Optional<string>;
  }>;
}

/** Newest first. @throws BAD_USER_INPUT */
export const listOrders =
  ({ database, clock }: TicketDependencies) =>
  async (args: OrderListArguments): Promise<Connection<OrderRecord>> => {
    const cursors = idCursors('orders');
    const page = cursors.page(args);
    const { eventId = null, status = null, buyerId = null } = args.filter ?? {};
    assertFilterEventId(eventId);
    assertFilterUserId('buyerId', buyerId);
    const rows = await selectOrders(database, page, { eventId, status, buyerId }, clock());
    return cursors.connection(rows, page, ({ id }) => [id]);
  };

export const listMyOrders =
  ({ database, clock }: TicketDependencies) =>
  async (viewer: UserViewer, args: PageArguments): Promise<Connection<OrderRecord>> => {
    const cursors = idCursors('myOrders');
    const page = cursors.page(args);
    const filter = { eventId: null, status: null, buyerId: viewer.id };
    const rows = await selectOrders(database, page, filter, clock());
    return cursors.connection(rows, page, ({ id }) => [id]);
  };
