import { unauthenticated } from './errors.ts';
import type { UserViewer, Viewer } from './viewer.ts';

/** The viewer as a person; the access rules have let nobody else through. */
export function signedIn(viewer: Viewer): UserViewer {
  if (viewer.kind !== 'user') throw unauthenticated();
  return viewer;
}
