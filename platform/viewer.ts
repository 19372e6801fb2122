/** Ordered, each includes those before it. The same list as the enum in schema/common.graphql; a test compares them. */
export const roles = ['USER', 'SCANNER', 'COMMITTEE', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

export interface AnonymousViewer {
  readonly kind: 'anonymous';
}

export interface UserViewer {
  readonly kind: 'user';
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  readonly sessionId: string;
  /** When the token was issued; ends of access compare with it. */
  readonly issuedAt: Date;
}

/** A service of the system that asks in its own name, for an entity that it has not heard of. */
export interface ServiceViewer {
  readonly kind: 'service';
  readonly name: string;
}

export type Viewer = AnonymousViewer | UserViewer | ServiceViewer;

export const anonymous: AnonymousViewer = { kind: 'anonymous' };

export function includesRole(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

export function hasRole(viewer: Viewer, least: Role): boolean {
  if (viewer.kind === 'service') return true;
  return viewer.kind === 'user' && includesRole(viewer.role, least);
}

export function isUser(viewer: Viewer, id: string | null): boolean {
  return viewer.kind === 'user' && viewer.id === id;
}
