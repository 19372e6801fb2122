import type { EventSubgraph } from '@tixgo/event/subgraph.ts';
import type { IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import type { Clock } from '@tixgo/platform/clock.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { AttendanceSubgraph } from '../../subgraph.ts';
import { admitCrowd, findCrowdsToCome } from './admit-crowd.ts';
import { doorStaff, doorStaffNames, firstAdmin, type RegistrationRole } from './door-staff.ts';
import { ensureDemoEvents } from './ensure-demo-events.ts';

/** The services that demo data comes in by; undefined for one of another process. */
export interface DemoSystem {
  readonly event: Pick<EventSubgraph, 'services'> | undefined;
  readonly identity: Pick<IdentitySubgraph, 'services'> | undefined;
  readonly attendance: Pick<AttendanceSubgraph, 'services'>;
}

export interface DemoSettings {
  /** What people may register as. */
  readonly registrationRoles: readonly RegistrationRole[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the demo data, or what a start before this one left undone of it, where all that it goes through is in this
 * process. What somebody has changed or deleted since stays as it is. A failure is logged and does not keep the system
 * from starting.
 */
export async function createDemoData(system: DemoSystem, settings: DemoSettings): Promise<void> {
  const { event, identity, attendance } = system;
  if (!event || !identity) return;
  const { log } = settings;
  const began = performance.now();
  try {
    const services = { event: event.services, identity: identity.services, attendance: attendance.services };
    await completeDemoData(services, settings);
    log.info({ milliseconds: Math.round(performance.now() - began) }, 'the demo data is there');
  } catch (error) {
    log.error({ err: error }, 'the demo data is not complete; the next start goes on with it');
  }
}

async function completeDemoData(
  services: { readonly [name in keyof DemoSystem]: NonNullable<DemoSystem[name]>['services'] },
  settings: DemoSettings,
): Promise<void> {
  const { identity, attendance } = services;
  const now = settings.clock();
  const untouched = await ensureDemoEvents(services, now);
  const crowded = untouched.flatMap(({ demo, record }) =>
    demo.crowd ? [{ record, crowd: demo.crowd }] : [],
  );
  const awaited = await findCrowdsToCome(attendance, crowded);
  if (awaited.length === 0) return;
  const [registerAs] = settings.registrationRoles;
  const staff = doorStaffNames.map((name) => doorStaff(identity, name, registerAs));
  // One that fails is met where it is awaited; before that it must not end the process.
  void Promise.allSettled(staff);
  const admin = await firstAdmin(identity, now);
  // A password takes a third of a second to hash: the small crowds are let in by those who are there already.
  for (const event of awaited.sort((a, b) => a.crowd.staff - b.crowd.staff)) {
    await admitCrowd(attendance, event, await Promise.all(staff.slice(0, event.crowd.staff)), admin);
  }
}
