import { buildEventSubgraph, type EventSubgraph } from '@tixgo/event/subgraph.ts';
import { buildIdentitySubgraph, type IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import { buildPaymentSubgraph, type PaymentSubgraph } from '@tixgo/payment/subgraph.ts';
import type { Clock } from '@tixgo/platform/clock.ts';
import type { FactBus } from '@tixgo/platform/facts/fact.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { entityLookup } from '@tixgo/platform/subgraphs/entity-lookup.ts';
import type { SubgraphDependencies } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { buildTicketSubgraph, type TicketSubgraph } from '@tixgo/ticket/subgraph.ts';
import type { HostEnvironment, HostedService } from '../env.ts';
import { type AttendanceSubgraph, buildAttendanceSubgraph } from '../subgraph.ts';
import type { Databases } from './databases.ts';
import { ticketKeyLookup } from './ticket-key-lookup.ts';

/** The subgraphs of one process; those that are elsewhere are undefined. */
export interface HostedSubgraphs {
  readonly attendance: AttendanceSubgraph;
  readonly event: EventSubgraph | undefined;
  readonly identity: IdentitySubgraph | undefined;
  readonly ticket: TicketSubgraph | undefined;
  readonly payment: PaymentSubgraph | undefined;
}

export interface HostingOptions {
  /** Off only to measure what coalescing gives; no variable of the environment turns them off. */
  readonly coalesceScans?: boolean;
  readonly coalesceReservations?: boolean;
}

export interface HostingSettings extends HostingOptions {
  readonly environment: HostEnvironment;
  readonly databases: Databases;
  readonly bus: FactBus;
  readonly log: Log;
  readonly clock: Clock;
}

/** Builds them on their databases, neither prepared nor started. @param sourceOf how they reach each other, once they are asked */
export async function buildHostedSubgraphs(
  settings: HostingSettings,
  sourceOf: (name: string) => SubgraphSource,
): Promise<HostedSubgraphs> {
  const { environment, databases, bus, log, clock } = settings;
  const { coalesceScans = true, coalesceReservations = true } = settings;
  const dependencies = async (service: HostedService): Promise<SubgraphDependencies> => ({
    database: await databases.get(service),
    bus,
    log,
    clock,
  });
  const lookupFor = (service: string) => entityLookup(sourceOf, service);

  const attendance = buildAttendanceSubgraph({
    ...(await dependencies('attendance')),
    lookup: lookupFor('attendance'),
    ticketKeys: ticketKeyLookup(sourceOf, 'attendance'),
    coalesce: coalesceScans,
  });
  const event =
    environment.remotes.event === undefined ? buildEventSubgraph(await dependencies('event')) : undefined;
  const identity =
    environment.identity &&
    buildIdentitySubgraph({
      ...(await dependencies('identity')),
      lookup: lookupFor('identity'),
      environment: environment.identity,
    });
  const ticket =
    environment.ticket &&
    buildTicketSubgraph({
      ...(await dependencies('ticket')),
      ...environment.ticket,
      lookup: lookupFor('ticket'),
      coalesce: coalesceReservations,
    });
  const payment =
    environment.payment &&
    (await buildPaymentSubgraph({
      ...(await dependencies('payment')),
      lookup: lookupFor('payment'),
      environment: environment.payment,
    }));
  return { attendance, event, identity, ticket, payment };
}
