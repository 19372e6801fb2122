import type { UserFinder } from '../service/find-user.ts';

/** A user in an answer. */
export type UserParent = Awaited<ReturnType<UserFinder['get']>> & {
  /** The answer's receiver has just proved to be this user, which the request's viewer does not say yet. */
  readonly isReceiver?: true;
};
