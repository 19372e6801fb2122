import { randomBytes } from 'node:crypto';
import { systemClock } from '@tixgo/platform/clock.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { Role, UserViewer } from '@tixgo/platform/viewer.ts';

/** Of this run; every host that it starts gets it, so that tokens can be minted without signing anybody in. */
export const jwtSecret = randomBytes(32).toString('hex');

const lifetimeMinutes = 24 * 60;

export function people(role: Role, count: number): UserViewer[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'user',
    id: newId(),
    username: `${role.toLowerCase()}-${index + 1}`,
    role,
    sessionId: newId(),
    issuedAt: new Date(),
  }));
}

export function tokensOf(viewers: readonly UserViewer[]): string[] {
  const tokens = new AccessTokens({ secret: jwtSecret, algorithm: 'HS256', lifetimeMinutes }, systemClock);
  return viewers.map((viewer) => tokens.issue(viewer).token);
}
