import type { IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { Role, UserViewer } from '@tixgo/platform/viewer.ts';

type IdentityServices = IdentitySubgraph['services'];

export interface DemoAccount {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
}

export const doorStaffNames = ['demo-door-1', 'demo-door-2', 'demo-door-3'];

/**
 * An account of the demo, which nobody can sign in to. One that is there is taken as it is: anyone may have registered
 * under the name, and must not become a SCANNER by that.
 */
export async function demoAccount(
  identity: IdentityServices,
  username: string,
  role: Role,
): Promise<DemoAccount> {
  const { edges } = await identity.listUsers({ first: 100, filter: { search: username } });
  const known = edges.find(({ node }) => node.username.normalize('NFKC').toLowerCase() === username);
  return known?.node ?? (await identity.addUser({ username, role }));
}

/** The first admin, as somebody who acts. */
export async function firstAdmin(identity: IdentityServices, now: Date): Promise<UserViewer> {
  const { edges } = await identity.listUsers({ first: 100, filter: { role: 'ADMIN', banned: false } });
  const admin = edges.at(-1)?.node;
  if (!admin) throw new Error('There is no admin whose the demo events could be.');
  return viewerOf(admin, now);
}

export function viewerOf({ id, username, role }: DemoAccount, now: Date): UserViewer {
  return { kind: 'user', id, username, role, sessionId: newId(now), issuedAt: now };
}
