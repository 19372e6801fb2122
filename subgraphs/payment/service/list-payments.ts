import { type Connection, idCursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { PaymentRecord, PaymentStatus } from '../domain/payment.ts';
import { listPaymentsOf, listPayments as selectPayments } from '../store/payment-lists.ts';
import type { PaymentDependencies } from './dependencies.ts';

export interface PaymentListArguments extends PageArguments {
  readonly filter?: Optional<{
    readonly status?: Optional<PaymentStatus>;
    readonly orderId?: Optional<string>;
  }>;
}

export const listPayments =
  ({ database }: PaymentDependencies) =>
  async (args: PaymentListArguments): Promise<Connection<PaymentRecord>> => {
    const { status = null, orderId = null } = args.filter ?? {};
    const cursors = idCursors('payments');
    const page = cursors.page(args);
    const nameless = orderId !== null && !isUuid(orderId);
    const rows = nameless ? [] : await selectPayments(database, page, { status, orderId });
    return cursors.connection(rows, page, ({ id }) => [id]);
  };

export const listMyPayments =
  ({ database }: PaymentDependencies) =>
  async (viewer: UserViewer, args: PageArguments): Promise<Connection<PaymentRecord>> => {
    const cursors = idCursors('myPayments');
    const page = cursors.page(args);
    return cursors.connection(await listPaymentsOf(database, page, viewer.id), page, ({ id }) => [id]);
  };
