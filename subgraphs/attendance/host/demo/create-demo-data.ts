import type { EventSubgraph } from '@tixgo/event/subgraph.ts';
import type { IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import type { PaymentSubgraph } from '@tixgo/payment/subgraph.ts';
import type { Clock } from '@tixgo/platform/clock.ts';
import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import { oneAtATime } from '@tixgo/platform/database/one-at-a-time.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { TicketSubgraph } from '@tixgo/ticket/subgraph.ts';
import type { AttendanceSubgraph } from '../../subgraph.ts';
import { admitCrowd, type CrowdedEvent, findCrowdsToCome } from './admit-crowd.ts';
import { demoAccount, doorStaffNames, firstAdmin, viewerOf } from './demo-accounts.ts';
import { demoBuyerNames } from './demo-sales.ts';
import { ensureDemoEvents } from './ensure-demo-events.ts';
import { type SellingServices, sellTickets } from './sell-tickets.ts';

/** The services that demo data comes in by; undefined for one of another process. */
export interface DemoSystem {
  readonly event: Pick<EventSubgraph, 'services'> | undefined;
  readonly identity: Pick<IdentitySubgraph, 'services'> | undefined;
  readonly attendance: Pick<AttendanceSubgraph, 'services'>;
  /** Without both of these nothing is sold. */
  readonly ticket: Pick<TicketSubgraph, 'services'> | undefined;
  readonly payment: Pick<PaymentSubgraph, 'services'> | undefined;
}

export interface DemoSettings {
  /** The attendance service's. */
  readonly database: DatabaseServer;
  readonly clock: Clock;
  readonly log: Log;
}

/** Beside that of platform/database/migrate.ts. */
const demoDataLock = 7_349_002;

/**
 * Makes the demo data, or what a start before this one left undone of it, where all that it goes through is in this
 * process; of hosts that start at once one makes it, and the others find it made. What somebody has changed or deleted
 * since stays as it is. A failure is logged and does not keep the system from starting.
 */
export async function createDemoData(system: DemoSystem, settings: DemoSettings): Promise<void> {
  const { event, identity, attendance, ticket, payment } = system;
  if (!event || !identity) return;
  const selling = ticket && payment ? { ticket: ticket.services, payment: payment.services } : undefined;
  const { database, log } = settings;
  const began = performance.now();
  try {
    const services = { event: event.services, identity: identity.services, attendance: attendance.services };
    await oneAtATime(
      database,
      demoDataLock,
      async () => await completeDemoData({ ...services, selling }, settings),
    );
    log.info({ milliseconds: Math.round(performance.now() - began) }, 'the demo data is there');
  } catch (error) {
    log.error({ err: error }, 'the demo data is not complete; the next start goes on with it');
  }
}

interface DemoServices {
  readonly event: EventSubgraph['services'];
  readonly identity: IdentitySubgraph['services'];
  readonly attendance: AttendanceSubgraph['services'];
  /** Undefined: nothing is sold. */
  readonly selling: SellingServices | undefined;
}

async function completeDemoData(services: DemoServices, settings: DemoSettings): Promise<void> {
  const { identity, selling } = services;
  const now = settings.clock();
  const untouched = await ensureDemoEvents(services, now);
  const crowded = untouched.flatMap(({ demo, record }) =>
    demo.crowd ? [{ record, crowd: demo.crowd }] : [],
  );
  const onSale = untouched.flatMap(({ demo, record }) =>
    selling && demo.sale && record.endsAt > now ? [{ record, sale: demo.sale }] : [],
  );
  await admitCrowds(services, crowded, now);
  if (!selling || onSale.length === 0) return;
  const buyers = await Promise.all(
    demoBuyerNames.map(async (name) => viewerOf(await demoAccount(identity, name, 'USER'), now)),
  );
  for (const event of onSale) await sellTickets(selling, event, buyers);
}

async function admitCrowds(
  { identity, attendance }: DemoServices,
  events: readonly CrowdedEvent[],
  now: Date,
): Promise<void> {
  const awaited = await findCrowdsToCome(attendance, events);
  if (awaited.length === 0) return;
  const staff = await Promise.all(doorStaffNames.map((name) => demoAccount(identity, name, 'SCANNER')));
  const admin = await firstAdmin(identity, now);
  for (const event of awaited) {
    await admitCrowd(attendance, event, staff.slice(0, event.crowd.staff), admin);
  }
}
