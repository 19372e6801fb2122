import { type Connection, idCursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { listTicketsOf } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';

/** Newest first. */
export const listMyTickets =
  ({ database }: TicketDependencies) =>
  async (viewer: UserViewer, args: PageArguments): Promise<Connection<TicketRecord>> => {
    const cursors = idCursors('myTickets');
    const page = cursors.page(args);
    return cursors.connection(await listTicketsOf(database, page, viewer.id), page, ({ id }) => [id]);
  };
