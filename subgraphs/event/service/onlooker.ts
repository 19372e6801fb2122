import { hasRole, type Viewer } from '@tixgo/platform/viewer.ts';
import type { Onlooker } from '../domain/event-visibility.ts';

export function onlookerOf(viewer: Viewer): Onlooker {
  return { userId: viewer.kind === 'user' ? viewer.id : undefined, seesDrafts: hasRole(viewer, 'ADMIN') };
}
