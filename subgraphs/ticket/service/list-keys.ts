import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { listToldKeys } from '../store/signing-key-store.ts';
import type { TicketDependencies } from './dependencies.ts';

/** The public keys of every replica, newest first: while keys change, one of them may sign with what others do not have. */
export const listKeys =
  ({ database }: TicketDependencies) =>
  async (): Promise<Ed25519Jwk[]> =>
    await listToldKeys(database);
