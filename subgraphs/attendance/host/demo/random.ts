/** Evenly spread over 0 (included) to 1 (excluded), the same on every machine for the same seed. */
export type Random = () => number;

/** mulberry32 by Tommy Ettinger, public domain: gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** Of a normal distribution, by the Box-Muller transform. */
export function normal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * random());
}

/** One of those given, as often as its share says. @param shares of all those that are shared out, in any unit */
export function pick(random: Random, shares: readonly number[]): number {
  let left = random() * shares.reduce((sum, share) => sum + share, 0);
  const index = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return Math.max(index, 0);
}
