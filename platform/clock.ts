/** Comes in as an argument wherever a rule depends on the time, so that a test can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
