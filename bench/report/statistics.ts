/** @throws RangeError for none */
export function median(values: Iterable<number>): number {
  return percentile(values, 50);
}

/** Nearest rank. @throws RangeError for none */
export function percentile(values: Iterable<number>, percent: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('No values.');
  return value;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
