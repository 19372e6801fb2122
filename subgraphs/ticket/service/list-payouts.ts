import { type Connection, idCursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { PayoutRecord, PayoutStatus } from '../domain/payout.ts';
import { listPayouts as selectPayouts } from '../store/payout-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertFilterUserId } from './list-filter.ts';

export interface PayoutListArguments extends PageArguments {
  readonly filter?: Optional<{
    readonly status?: Optional<PayoutStatus>;
    readonly sellerId?: Optional<string>;
  }>;
}

/** Newest first. @throws BAD_USER_INPUT */
export const listPayouts =
  ({ database }: TicketDependencies) =>
  async (args: PayoutListArguments): Promise<Connection<PayoutRecord>> => {
    const cursors = idCursors('payouts');
    const page = cursors.page(args);
    const { status = null, sellerId = null } = args.filter ?? {};
    assertFilterUserId('sellerId', sellerId);
    const rows = await selectPayouts(database, page, { status, sellerId });
    return cursors.connection(rows, page, ({ id }) => [id]);
  };

export const listMyPayouts =
  ({ database }: TicketDependencies) =>
  async (viewer: UserViewer, args: PageArguments): Promise<Connection<PayoutRecord>> => {
    const cursors = idCursors('myPayouts');
    const page = cursors.page(args);
    const rows = await selectPayouts(database, page, { status: null, sellerId: viewer.id });
    return cursors.connection(rows, page, ({ id }) => [id]);
  };
